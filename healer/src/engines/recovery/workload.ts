import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node';
import { managerOf } from '../../guards/managed-elsewhere.ts';
import { type RolloutView, rolloutOfDeployment } from '../../monitors/helm/rollout.ts';
import type { OwnerRef } from '../../monitors/pod/pod.ts';
import type { WorkloadFacts } from './facts.ts';

/** What the healer keeps of a ReplicaSet: who owns it, and which of its Deployment's revisions it is. */
export interface ReplicaSetView {
  readonly uid: string;
  readonly namespace: string;
  readonly deployment: OwnerRef | undefined;
  readonly revision: number;
}

/** What the healer keeps of a Deployment. */
export interface DeploymentView {
  readonly uid: string;
  readonly facts: WorkloadFacts;
  readonly rollout?: RolloutView | undefined;
}

const REVISION = 'deployment.kubernetes.io/revision';

export function viewReplicaSet({ metadata }: V1ReplicaSet): ReplicaSetView {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  const deployment = owner?.kind === 'Deployment' ? { kind: owner.kind, name: owner.name, uid: owner.uid } : undefined;
  const revision = revisionOf(metadata?.annotations);
  return { uid: metadata?.uid ?? '', namespace: metadata?.namespace ?? '', deployment, revision };
}

export function viewDeployment(deployment: V1Deployment): DeploymentView {
  const { metadata, spec } = deployment;
  const { namespace = '', name = '', uid = '', generation = 0 } = metadata ?? {};
  return {
    uid,
    rollout: rolloutOfDeployment(deployment),
    facts: {
      uid,
      kind: 'Deployment',
      namespace,
      name,
      key: `${namespace}/Deployment/${name}`,
      generation,
      desiredReplicas: spec?.replicas ?? 1,
      rollout: describeRollout(deployment),
      revision: revisionOf(metadata?.annotations),
      keptBy: managerOf(metadata ?? {}),
    },
  };
}

function revisionOf(annotations: Record<string, string> | undefined): number {
  return Number(annotations?.[REVISION] ?? 0);
}

/** A sentence while a rollout is under way, also one that is stuck; missing replicas alone are none. */
export function describeRollout({ metadata, status }: V1Deployment): string | undefined {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0 } = status ?? {};
  if (observedGeneration < (metadata?.generation ?? 0)) return 'the newest spec was not taken up yet';
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} pods of an older revision are still there`;
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.status !== 'True' || progressing.reason === 'NewReplicaSetAvailable') return undefined;
  return progressing.reason ?? 'it makes progress';
}
