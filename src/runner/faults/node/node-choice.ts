import { LABELS } from '../../../../healer/src/names.ts';
import type { Kube, KubeObject } from '../../../ports/kube.ts';
import type { NodeQuery } from '../../../scenario/model/fault.ts';
import { podsWith } from '../shared/touched-pods.ts';

interface NodeStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** Ready workers that fit, by name; neither the judge's nor a control plane. */
export async function candidateNodes(kube: Pick<Kube, 'list'>, query: NodeQuery): Promise<KubeObject[]> {
  const { runs, labels = {}, name } = query;
  const hosts = runs === undefined ? null : (await podsWith(kube, runs.namespace, runs.labels)).map((pod) => pod.node);
  const nodes = await kube.list({ apiVersion: 'v1', kind: 'Node' });
  return nodes
    .filter((node) => isReady(node) && isWorker(node))
    .filter(({ metadata }) => name === undefined || metadata.name === name)
    .filter(({ metadata }) => Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value))
    .filter(({ metadata }) => hosts === null || hosts.includes(metadata.name))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

function isWorker({ metadata: { labels = {} } }: KubeObject): boolean {
  return !('node-role.kubernetes.io/control-plane' in labels) && labels[LABELS.role] !== 'judge';
}

export function isReady(node: KubeObject | null): boolean {
  const { conditions = [] } = (node?.status ?? {}) as NodeStatus;
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
