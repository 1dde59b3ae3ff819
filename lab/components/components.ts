import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InternalError } from '../../src/errors.ts';
import type { ImageRecord } from '../../src/experiment/run-record/environment.ts';
import type { ImageSet } from '../../src/ports/images.ts';
import type { Kube, KubeObject, KubeRef } from '../../src/ports/kube.ts';
import type { Helm } from './helm.ts';
import type { LabSettings } from './lab-settings.ts';
import { contentHash, folderHash, loadManifests, stamp, workloadsIn } from './manifests.ts';
import { workloadRules } from './workload-rules.ts';

/** One thing that lives in the lab, with all that is needed to bring it there and to know that it runs. */
export interface Component {
  readonly name: string;
  /** Hash of everything that decides what runs. */
  readonly content: string;
  /** Applied before anything of any component is: namespaces, and kinds that other objects are of. */
  readonly namespaces: readonly KubeObject[];
  readonly kinds: readonly KubeObject[];
  /** Rolled out means running. */
  readonly workloads: readonly KubeRef[];
  install(kube: Kube, helm: Helm, signal: AbortSignal): Promise<void>;
}

/** Applied from `lab/deploy/<name>/*.yaml`. The janitor comes first: what reverts must be there before what breaks. */
const FROM_MANIFESTS = ['janitor', 'prometheus', 'alertmanager', 'receiver', 'healer'] as const;
const CHAOS_MESH = 'chaos-mesh';

/** Everything that belongs into a lab, from the files of this checkout and the images at hand. */
export async function describeComponents(
  { deployDir, workloadsDir }: Pick<LabSettings, 'deployDir' | 'workloadsDir'>,
  images: ImageSet,
): Promise<Component[]> {
  const rules = await workloadRules(workloadsDir);
  const applied = FROM_MANIFESTS.map((name) =>
    fromManifests(name, join(deployDir, name), images.records, name === 'prometheus' ? [rules] : []),
  );
  return Promise.all([chaosMesh(join(deployDir, CHAOS_MESH, 'values.yaml'), images), ...applied]);
}

async function fromManifests(
  name: string,
  folder: string,
  records: readonly ImageRecord[],
  more: readonly KubeObject[],
): Promise<Component> {
  const written = await loadManifests(folder);
  // What pods mount comes before them.
  const objects = [...written.slice(0, 1), ...more, ...written.slice(1)];
  const content = contentHash([objects, digestsOf(name, objects, records)]);
  return {
    name,
    content,
    namespaces: objects.filter(({ kind }) => kind === 'Namespace'),
    kinds: objects.filter(({ kind }) => kind === 'CustomResourceDefinition'),
    workloads: workloadsIn(objects),
    install: async (kube) => {
      for (const object of stamp(objects, content)) await kube.apply(object);
    },
  };
}

async function chaosMesh(valuesFile: string, images: ImageSet): Promise<Component> {
  const { chaosMeshChart: chart, chaosMeshTag: tag, records } = images;
  const values = await readFile(valuesFile, 'utf8');
  const digests = records.filter(({ name }) => name.includes('chaos-mesh/')).map(({ digest }) => digest);
  const namespace = CHAOS_MESH;
  return {
    name: CHAOS_MESH,
    content: contentHash([await folderHash(chart), values, tag, digests.sort()]),
    namespaces: [],
    kinds: [],
    workloads: [
      { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'chaos-controller-manager' },
      { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace, name: 'chaos-daemon' },
    ],
    install: (_kube, helm, signal) =>
      helm.ensure({ name: CHAOS_MESH, namespace, chart, valuesFile, set: { 'images.tag': tag } }, signal),
  };
}

/** Digests of the images that pods run, so that a new build of the same name is rolled out. */
function digestsOf(component: string, objects: readonly KubeObject[], records: readonly ImageRecord[]): string[] {
  return imagesIn(objects).map((image) => {
    const record = records.find(({ name }) => name === image);
    if (record === undefined)
      throw new InternalError(`${component} runs ${image}, which is not among the lab's images`);
    return `${image}@${record.digest}`;
  });
}

/** Every value of a key `image`, wherever it stands. */
function imagesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'image' && typeof inner === 'string' ? [inner] : imagesIn(inner),
  );
}

/** What kind itself deploys with a cluster; a change of it shows only in the next one. */
const PART_OF_NODES = /^registry\.k8s\.io\/|(^|\/)kindest\/node[:@]|(^|\/)healproof\/cni[:@]/;

/** Images of our own components can be brought onto nodes that already run; all others are as good as the nodes themselves. */
export function isLoadable({ name }: ImageRecord): boolean {
  return !PART_OF_NODES.test(name);
}
