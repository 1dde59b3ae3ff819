import type { PodTarget } from '../../../experiment/evidence/evidence.ts';
import type { Kube, KubeObject } from '../../../ports/kube.ts';
import { changeableKind } from '../../../scenario/model/changeable-kinds.ts';
import { valueAt } from '../../../scenario/yaml/source.ts';
import { targetOf } from '../../cluster/pods.ts';

/** The running pods that an object is about: those it makes, selects or protects; of a pod itself. */
export async function podsOf(kube: Kube, object: KubeObject | null): Promise<PodTarget[]> {
  if (object === null) return [];
  const { namespace } = object.metadata;
  if (object.kind === 'Pod') return [targetOf(object)].flatMap((pod) => pod ?? []);
  const path = changeableKind(object.apiVersion, object.kind)?.podLabels ?? null;
  if (path === null || namespace === undefined) return [];
  const labels = valueAt(object, path);
  // A Service without a selector has no pods; of anything else that names no labels all pods may be meant.
  if (labels === undefined && object.kind === 'Service') return [];
  return podsWith(kube, namespace, (labels ?? {}) as Readonly<Record<string, string>>);
}

export async function podsWith(
  kube: Pick<Kube, 'list'>,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<PodTarget[]> {
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const query = { apiVersion: 'v1', kind: 'Pod', namespace, ...(labelSelector === '' ? {} : { labelSelector }) };
  return (await kube.list(query)).flatMap((pod) => targetOf(pod) ?? []);
}
