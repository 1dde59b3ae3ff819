import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node';
import { type RolloutView, rolloutOfDeployment } from '../../monitors/helm/rollout.ts';
import type { OwnerRef } from '../../monitors/pod/pod.ts';
import type { WorkloadFacts } from './facts.ts';

const REVISION = 'deployment.kubernetes.io/revision';

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

export function viewReplicaSet({ metadata }: V1ReplicaSet): ReplicaSetView {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  const deployment = owner?.kind === 'Deployment' ? { kind: owner.kind, name: owner.name, uid: owner.uid } : undefined;
  const revision = Number(metadata?.annotations?.[REVISION] ?? 0);
  return { uid: metadata?.uid ?? '', namespace: metadata?.namespace ?? '', deployment, revision };
}

export function viewDeployment(deployment: V1Deployment): DeploymentView {
  const { metadata, spec } = deployment;
  return {
    uid: metadata?.uid ?? '',
    rollout: rolloutOfDeployment(deployment),
    facts: {
      uid: metadata?.uid ?? '',
      key: `${metadata?.namespace}/Deployment/${metadata?.name}`,
      generation: metadata?.generation ?? 0,
      desiredReplicas: spec?.replicas ?? 1,
      rollout: describeRollout(deployment),
    },
  };
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
