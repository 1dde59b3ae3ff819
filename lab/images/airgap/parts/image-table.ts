import type { Versions } from '../../versions.ts';

/** One image of the lab: which programs it holds, on top of what, and what it is called. */
export interface ImageRecipe {
  readonly names: readonly string[];
  /** True version, whatever the names say. */
  readonly version: string;
  /** Part with a `root.tar` to build upon; nothing means an image with these files only. */
  readonly base?: string;
  /** Files by their place in the image. */
  readonly files: Readonly<Record<string, ImageFile>>;
  readonly entrypoint: readonly string[];
  readonly user?: string;
}

/** A file in the output of a part. */
export interface ImageFile {
  readonly part: string;
  readonly path: string;
}

const BIN = '/usr/local/bin';

/** Every image that is baked into the nodes besides our own Node.js programs. */
export function imageTable(versions: Versions): ImageRecipe[] {
  const { tags, modules, own } = versions;
  const controlPlane = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) => ({
    names: [`registry.k8s.io/${name}:${tags.kubernetes}`],
    version: modules.kubernetes.version,
    files: { [`${BIN}/${name}`]: program('kubernetes', name) },
    entrypoint: [`${BIN}/${name}`],
  }));
  return [
    ...controlPlane,
    {
      names: [`registry.k8s.io/kube-proxy:${tags.kubernetes}`],
      version: modules.kubernetes.version,
      base: 'tools-debian',
      files: { [`${BIN}/kube-proxy`]: program('kubernetes', 'kube-proxy') },
      entrypoint: [`${BIN}/kube-proxy`],
    },
    {
      names: [`registry.k8s.io/etcd:${tags.etcd}`],
      version: modules.etcd.version,
      files: { [`${BIN}/etcd`]: program('etcd', 'etcd') },
      entrypoint: [`${BIN}/etcd`],
    },
    {
      names: [`registry.k8s.io/coredns/coredns:${tags.coredns}`],
      version: modules.coredns.version,
      files: { '/coredns': program('coredns', 'coredns') },
      entrypoint: ['/coredns'],
    },
    {
      names: tags.pause.map((tag) => `registry.k8s.io/pause:${tag}`),
      version: `${tags.pause.at(-1)} (source of Kubernetes ${modules.kubernetes.version})`,
      files: { '/pause': program('kubernetes', 'pause') },
      entrypoint: ['/pause'],
      user: '65535:65535',
    },
    {
      names: [`docker.io/healproof/cni:${own.cni}`],
      version: own.cni,
      base: 'tools-debian',
      files: { [`${BIN}/cni-agent`]: program('cni-agent', 'cni-agent') },
      entrypoint: [`${BIN}/cni-agent`],
    },
    {
      names: [`ghcr.io/chaos-mesh/chaos-mesh:${tags['chaos-mesh']}`],
      version: modules['chaos-mesh'].version,
      base: 'tools-debian',
      files: { [`${BIN}/chaos-controller-manager`]: program('chaos-mesh', 'chaos-controller-manager') },
      entrypoint: [],
    },
    {
      names: [`ghcr.io/chaos-mesh/chaos-daemon:${tags['chaos-mesh']}`],
      version: modules['chaos-mesh'].version,
      base: 'tools-debian',
      files: {
        [`${BIN}/chaos-daemon`]: program('chaos-mesh', 'chaos-daemon'),
        [`${BIN}/cdh`]: program('chaos-mesh', 'cdh'),
        [`${BIN}/pause`]: program('chaos-mesh', 'pause'),
        [`${BIN}/nsexec`]: program('chaos-helpers', 'nsexec'),
        [`${BIN}/memStress`]: program('chaos-helpers', 'memStress'),
      },
      entrypoint: [],
    },
    {
      names: [`quay.io/prometheus/prometheus:${tags.prometheus}`],
      version: `${tags.prometheus} (module ${modules.prometheus.version})`,
      files: { '/bin/prometheus': program('prometheus', 'prometheus') },
      entrypoint: ['/bin/prometheus'],
      user: '65534:65534',
    },
    {
      names: [`quay.io/prometheus/alertmanager:${tags.alertmanager}`],
      version: modules.alertmanager.version,
      files: { '/bin/alertmanager': program('alertmanager', 'alertmanager') },
      entrypoint: ['/bin/alertmanager'],
      user: '65534:65534',
    },
  ];
}

/** Not baked in: only the cluster that the healer's chart is tried on gets it. */
export function kubeRouterImage({ modules }: Versions): ImageRecipe {
  const { version } = modules['kube-router'];
  return {
    names: [`docker.io/healproof/kube-router:${version}`],
    version,
    base: 'tools-debian',
    files: { [`${BIN}/kube-router`]: program('kube-router', 'kube-router') },
    entrypoint: [`${BIN}/kube-router`],
  };
}

function program(part: string, name: string): ImageFile {
  return { part, path: `bin/${name}` };
}

/** The parts that the images of a table are made from. */
export function partsOf(table: readonly ImageRecipe[]): string[] {
  const ids = table.flatMap(({ base, files }) => [
    ...(base === undefined ? [] : [base]),
    ...Object.values(files).map((file) => file.part),
  ]);
  return [...new Set(ids)];
}
