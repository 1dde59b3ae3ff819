import type { KubeObject } from '../../src/ports/kube.ts';

interface ReplicaStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly desiredNumberScheduled?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
}

/** Pure: null when all of a workload's pods are the newest and available (or a node is Ready), else what is missing. */
export function missingOf(object: KubeObject): string | null {
  const status = (object.status ?? {}) as ReplicaStatus;
  const name = object.metadata.name;
  if (object.kind === 'Node') return nodeMissing(name, status);
  if ((status.observedGeneration ?? 0) < (object.metadata.generation ?? 0)) return `${name} not looked at yet`;
  if (object.kind === 'DaemonSet') return daemonSetMissing(name, status);
  const wanted = (object.spec as { readonly replicas?: number }).replicas ?? 1;
  const ready = Math.min(status.updatedReplicas ?? 0, status.availableReplicas ?? 0);
  if (ready < wanted) return `${name} ${ready}/${wanted}${stuckBecause(status)}`;
  return (status.replicas ?? 0) > wanted ? `${name} still has old pods` : null;
}

function nodeMissing(name: string, { conditions = [] }: ReplicaStatus): string | null {
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' ? null : `${name} not Ready`;
}

function daemonSetMissing(name: string, status: ReplicaStatus): string | null {
  const wanted = status.desiredNumberScheduled ?? 0;
  const ready = Math.min(status.updatedNumberScheduled ?? 0, status.numberAvailable ?? 0);
  return wanted > 0 && ready >= wanted ? null : `${name} ${ready}/${wanted}`;
}

function stuckBecause({ conditions = [] }: ReplicaStatus): string {
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  return failure?.message === undefined ? '' : ` (${failure.message})`;
}
