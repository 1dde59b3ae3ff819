import { KubernetesError } from '../../errors.ts';
import type { KubeObject, KubeRef } from '../../ports/kube.ts';

/** The object that was asked for. @throws KubernetesError where the answer is about another: nothing may be done to that. */
export function sameObject(ref: KubeRef, answer: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = answer;
  const isIt =
    apiVersion === ref.apiVersion && kind === ref.kind && metadata?.name === ref.name && isIn(ref.namespace, answer);
  if (isIt) return answer;
  const found = `${kind} ${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  throw new KubernetesError(`asked about ${describeRef(ref)}, the API server answers about ${found}`, 200);
}

/** The objects of the namespace that was asked for. @throws KubernetesError where one is of another. */
export function inNamespace(namespace: string | undefined, items: readonly KubeObject[]): readonly KubeObject[] {
  const stray = items.find((item) => namespace !== undefined && !isIn(namespace, item));
  if (stray === undefined) return items;
  const { kind, metadata } = stray;
  throw new KubernetesError(
    `asked about namespace ${namespace}, the API server answers with ${kind} ${metadata.namespace}/${metadata.name}`,
    200,
  );
}

/** What belongs to the cluster has no namespace, whatever was asked. */
function isIn(namespace: string | undefined, { metadata }: KubeObject): boolean {
  return metadata?.namespace === undefined || metadata.namespace === namespace;
}

export function describeRef(ref: KubeRef): string {
  return `${ref.kind} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}`;
}
