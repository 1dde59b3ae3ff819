import { LABELS } from '../../../healer/src/names.ts';
import type { PodTarget } from '../../experiment/evidence/evidence.ts';
import type { Kube, KubeObject } from '../../ports/kube.ts';

interface PodStatus {
  readonly phase?: string;
  readonly podIP?: string;
}

/** The pod as a target, or null while it is not running anywhere. */
export function targetOf(pod: KubeObject): PodTarget | null {
  const status = pod.status as PodStatus | undefined;
  const spec = pod.spec as { nodeName?: string } | undefined;
  const { namespace, name, uid, deletionTimestamp, labels } = pod.metadata;
  if (status?.phase !== 'Running' || deletionTimestamp !== undefined) return null;
  if (namespace === undefined || uid === undefined || spec?.nodeName === undefined) return null;
  return { kind: 'Pod', namespace, name, uid, node: spec.nodeName, podIp: status.podIP ?? '', labels: labels ?? {} };
}

/** Nodes on which the judge lives; no fault may touch them. */
export async function judgeNodes(kube: Pick<Kube, 'list'>): Promise<string[]> {
  const nodes = await kube.list({ apiVersion: 'v1', kind: 'Node', labelSelector: `${LABELS.role}=judge` });
  return nodes.map((node) => node.metadata.name);
}
