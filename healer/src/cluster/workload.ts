import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node';
import { managerOf } from './managed-elsewhere.ts';
import type { OwnerRef } from './pod.ts';
import { type RolloutView, rolloutOfDeployment } from './rollout.ts';
import type { WorkloadFacts } from './workload-facts.ts';

/** What the healer keeps of a ReplicaSet: who owns it, and which of its Deployment's revisions it is. */
export interface ReplicaSetView {
  readonly uid: string;
  readonly namespace: string;
  readonly deployment: OwnerRef | undefined;
  readonly revision: number;
  /** Of one that nobody controls, which replaces its pods by itself. */
  readonly bare?: WorkloadFacts | undefined;
}

/** What the healer keeps of a Deployment, StatefulSet or DaemonSet. */
export interface WorkloadView {
  readonly uid: string;
  readonly facts: WorkloadFacts;
  readonly rollout?: RolloutView | undefined;
  /** A pod that is replaced becomes one of the newest revision, which its user wants to bring about by hand. */
  readonly onDelete?: boolean;
  /** There is an older revision that the newest one has not replaced yet. */
  readonly hasOlder?: boolean;
}

export const NOT_TAKEN_UP = 'the newest spec was not taken up yet';
const REVISION = 'deployment.kubernetes.io/revision';

export function viewReplicaSet(replicaSet: V1ReplicaSet): ReplicaSetView {
  const { metadata, spec, status } = replicaSet;
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  const deployment = owner?.kind === 'Deployment' ? { kind: owner.kind, name: owner.name, uid: owner.uid } : undefined;
  const revision = revisionOf(metadata?.annotations);
  const view = { uid: metadata?.uid ?? '', namespace: metadata?.namespace ?? '', deployment, revision };
  if (owner !== undefined) return view;
  const isBehind = (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0);
  const own = { rollout: isBehind ? NOT_TAKEN_UP : undefined, revision: 0, replaces: 'freely' } as const;
  return { ...view, bare: { ...basicFacts('ReplicaSet', metadata, spec?.replicas ?? 1), ...own } };
}

export function viewDeployment(deployment: V1Deployment): WorkloadView {
  const { metadata, spec } = deployment;
  const own = { rollout: describeRollout(deployment), revision: revisionOf(metadata?.annotations) };
  return {
    uid: metadata?.uid ?? '',
    rollout: rolloutOfDeployment(deployment),
    facts: { ...basicFacts('Deployment', metadata, spec?.replicas ?? 1), ...own, replaces: 'freely' },
  };
}

/** What is the same for workloads of every kind. */
export function basicFacts(
  kind: WorkloadFacts['kind'],
  metadata: V1Deployment['metadata'],
  desiredReplicas: number,
): Omit<WorkloadFacts, 'rollout' | 'revision' | 'replaces'> {
  const { namespace = '', name = '', uid = '', generation = 0 } = metadata ?? {};
  const key = `${namespace}/${kind}/${name}`;
  return { uid, kind, namespace, name, key, generation, desiredReplicas, keptBy: managerOf(metadata ?? {}) };
}

function revisionOf(annotations: Record<string, string> | undefined): number {
  return Number(annotations?.[REVISION] ?? 0);
}

/** A sentence while a rollout is under way, also one that is stuck; missing replicas alone are none. */
export function describeRollout({ metadata, status }: V1Deployment): string | undefined {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0 } = status ?? {};
  if (observedGeneration < (metadata?.generation ?? 0)) return NOT_TAKEN_UP;
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} pods of an older revision are still there`;
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.status !== 'True' || progressing.reason === 'NewReplicaSetAvailable') return undefined;
  return progressing.reason ?? 'it makes progress';
}
