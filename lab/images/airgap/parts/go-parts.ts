import { join } from 'node:path';
import type { ModuleName, Versions } from '../../versions.ts';
import { type GoBuild, goBuild } from './go-build.ts';
import type { Part } from './part.ts';

type Recipe = Omit<GoBuild, 'folder'> & Pick<Part, 'title' | 'expectedSeconds' | 'optional'>;

/** Parts that are one `go build` of a published module; a new one is an entry here and a folder under `lab/images/airgap/modules/`. */
function recipes(versions: Versions): Partial<Record<ModuleName, Recipe>> {
  const containerd = 'github.com/containerd/containerd/v2';
  const plugins = 'github.com/containernetworking/plugins/plugins';
  const kubeRouter = 'github.com/cloudnativelabs/kube-router/v2';
  return {
    containerd: {
      title: `containerd ${versions.modules.containerd.version}`,
      expectedSeconds: 43,
      programs: ['containerd', 'containerd-shim-runc-v2', 'ctr'].map((name) => `${containerd}/cmd/${name}`),
      variables: { [`${containerd}/version.Version`]: versions.modules.containerd.version },
      tags: ['no_aufs', 'no_zfs', 'no_btrfs', 'no_devmapper'],
    },
    coredns: {
      title: `CoreDNS ${versions.modules.coredns.version}`,
      expectedSeconds: 95,
      programs: ['github.com/coredns/coredns'],
    },
    helm: {
      title: `Helm ${versions.modules.helm.version}`,
      expectedSeconds: 49,
      programs: ['helm.sh/helm/v3/cmd/helm'],
      variables: { 'helm.sh/helm/v3/internal/version.version': versions.modules.helm.version },
    },
    etcd: {
      title: `etcd ${versions.modules.etcd.version}`,
      expectedSeconds: 20,
      programs: ['go.etcd.io/etcd/server/v3'],
      rename: { server: 'etcd' },
    },
    'controller-gen': {
      title: `controller-gen ${versions.modules['controller-gen'].version}`,
      expectedSeconds: 47,
      programs: ['sigs.k8s.io/controller-tools/cmd/controller-gen'],
    },
    'cni-plugins': {
      title: `CNI plug-ins ${versions.modules['cni-plugins'].version}`,
      expectedSeconds: 5,
      programs: ['ipam/host-local', 'main/loopback', 'main/ptp', 'meta/portmap'].map((path) => `${plugins}/${path}`),
    },
    kind: {
      title: `kind ${versions.modules.kind.version}`,
      expectedSeconds: 5,
      programs: ['sigs.k8s.io/kind'],
    },
    'prometheus-adapter': {
      title: `prometheus-adapter ${versions.modules['prometheus-adapter'].version}`,
      optional: true,
      expectedSeconds: 150,
      programs: ['sigs.k8s.io/prometheus-adapter/cmd/adapter'],
      rename: { adapter: 'prometheus-adapter' },
    },
    'kube-router': {
      title: `kube-router ${versions.modules['kube-router'].version}`,
      optional: true,
      expectedSeconds: 100,
      programs: [`${kubeRouter}/cmd/kube-router`],
      variables: { [`${kubeRouter}/pkg/version.Version`]: versions.modules['kube-router'].version },
    },
  };
}

/** The parts that need nothing but `go build`. */
export function simpleGoParts(versions: Versions, modulesFolder: string): Part[] {
  return Object.entries(recipes(versions)).map(([id, { title, expectedSeconds, optional, ...build }]) => {
    const folder = join(modulesFolder, id);
    return {
      id,
      title,
      needs: [],
      inputs: { recipe: 1, build },
      files: [folder],
      ...(optional ? { optional } : {}),
      expectedSeconds,
      build: (context) => goBuild(context, { ...build, folder }),
    };
  });
}

/** Our own network agent: a Go module without any dependency. */
export function cniAgentPart(versions: Versions, modulesFolder: string): Part {
  const folder = join(modulesFolder, 'cni');
  return {
    id: 'cni-agent',
    title: `network agent ${versions.own.cni}`,
    needs: [],
    inputs: { recipe: 1, version: versions.own.cni },
    files: [folder],
    expectedSeconds: 10,
    build: (context) => goBuild(context, { folder, programs: ['.'], rename: { cni: 'cni-agent' } }),
  };
}
