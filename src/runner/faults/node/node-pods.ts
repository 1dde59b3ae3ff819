import type { Kube, KubeObject } from '../../../ports/kube.ts';

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
/** What belongs to the cluster itself is hit with every node; the judge's own is elsewhere. */
const SYSTEM_NAMESPACES: readonly string[] = ['kube-system', 'chaos-mesh', 'healproof-system', 'local-path-storage'];

export async function podsOn(kube: Kube, node: string): Promise<KubeObject[]> {
  const pods = await kube.list({ apiVersion: 'v1', kind: 'Pod', fieldSelector: `spec.nodeName=${node}` });
  return pods.filter((pod) => (pod.spec as { nodeName?: string } | undefined)?.nodeName === node);
}

/** Pods of DaemonSets and static pods belong to the node: no drain moves them. */
export function isBoundToNode({ metadata }: KubeObject): boolean {
  const isDaemon = (metadata.ownerReferences ?? []).some((owner) => owner.kind === 'DaemonSet');
  return isDaemon || metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
}

export function isSystem(pod: KubeObject): boolean {
  return SYSTEM_NAMESPACES.includes(pod.metadata.namespace ?? '') || isBoundToNode(pod);
}
