import type { PodView } from '../cluster/pod.ts';
import type { WorkloadFacts } from '../cluster/workload-facts.ts';
import type { LadderAction } from '../policy/ladder.ts';

export interface Verification {
  readonly action: LadderAction;
  /** UID of the pod that was found sick. */
  readonly target: string;
  readonly actedAtMs: number;
  readonly withinMs: number;
  /** Pods of the workload that were there before, or that answer for another incident. */
  readonly known: ReadonlySet<string>;
  /** Where the replacement must be: the same ordinal of a StatefulSet, the same node of a DaemonSet. */
  readonly place?: { readonly name?: string; readonly node?: string | undefined };
  /** Generation of the workload from which on its state counts. */
  readonly generation: number;
}

/** What there is to see after an action. */
export interface Aftermath {
  /** Undefined when the workload is not known. */
  readonly workload: WorkloadFacts | undefined;
  readonly podsOfWorkload: readonly PodView[];
  /** The sick pod, as long as it is there. */
  readonly target: PodView | undefined;
  readonly isWell: (pod: PodView) => boolean;
  /** The condition has nothing against the sick pod any more. */
  readonly isCured: (pod: PodView) => boolean;
}

export type ActionEffect =
  | { readonly kind: 'pending' }
  /** `replacement` answers for this incident and for no other. */
  | { readonly kind: 'resolved'; readonly reason: string; readonly replacement?: PodView }
  | { readonly kind: 'expired'; readonly reason: string };

/** Whether an action helped. Pure. */
export function verify(verification: Verification, aftermath: Aftermath, nowMs: number): ActionEffect {
  const { actedAtMs, withinMs, action } = verification;
  const seen = lookFor(verification, aftermath);
  if (seen.kind === 'resolved') return seen;
  if (nowMs - actedAtMs < withinMs) return { kind: 'pending' };
  return { kind: 'expired', reason: `${seen.reason} ${withinMs / 1000} s after ${action}` };
}

function lookFor(verification: Verification, aftermath: Aftermath): Exclude<ActionEffect, { kind: 'pending' }> {
  switch (verification.action) {
    case 'EvictPod':
      return lookForReplacement(verification, aftermath);
    case 'DeletePod':
      return aftermath.target === undefined
        ? { kind: 'resolved', reason: 'the pod is gone' }
        : { kind: 'expired', reason: 'the pod is still there' };
    case 'Notify':
      return aftermath.target === undefined || aftermath.isCured(aftermath.target)
        ? { kind: 'resolved', reason: 'the symptom is gone' }
        : { kind: 'expired', reason: 'the symptom is still there' };
    case 'RestartRollout':
    case 'RollbackWorkload':
    case 'RollbackRelease':
      return lookForWhole(verification, aftermath);
    default:
      return verification.action satisfies never;
  }
}

function lookForReplacement(
  { target, known, place = {} }: Verification,
  { podsOfWorkload, isWell }: Aftermath,
): Exclude<ActionEffect, { kind: 'pending' }> {
  const left = podsOfWorkload.find(({ uid }) => uid === target);
  const fresh = podsOfWorkload.filter(
    ({ uid, name, node, terminating }) =>
      !known.has(uid) && !terminating && name === (place.name ?? name) && node === (place.node ?? node),
  );
  const replacement = fresh.find((pod) => isWell(pod));
  const stillServing = left !== undefined && !left.terminating;
  if (!stillServing && replacement !== undefined) {
    return { kind: 'resolved', reason: `pod ${replacement.name} replaced it and is Ready and well`, replacement };
  }
  if (stillServing) return { kind: 'expired', reason: 'the pod is still there' };
  if (fresh.length === 0) return { kind: 'expired', reason: 'nothing replaced the pod' };
  return { kind: 'expired', reason: `its replacement ${fresh[0]?.name} is not Ready and well` };
}

function lookForWhole(
  { generation }: Verification,
  { workload, podsOfWorkload, isWell }: Aftermath,
): Exclude<ActionEffect, { kind: 'pending' }> {
  if (workload === undefined) return { kind: 'expired', reason: 'the workload is not known' };
  if (workload.generation < generation) return { kind: 'expired', reason: 'the change does not show' };
  if (workload.rollout !== undefined) return { kind: 'expired', reason: `the rollout goes on: ${workload.rollout}` };
  const well = podsOfWorkload.filter((pod) => isWell(pod)).length;
  if (well >= workload.desiredReplicas) return { kind: 'resolved', reason: `all ${well} pods are Ready and well` };
  return { kind: 'expired', reason: `${well} of ${workload.desiredReplicas} pods are Ready and well` };
}
