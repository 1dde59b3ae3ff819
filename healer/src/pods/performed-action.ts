import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { PodTarget } from '../cluster/pod.ts';
import type { WorkloadFacts } from '../cluster/workload-facts.ts';
import type { Incident } from '../incidents/incident.ts';
import type { LadderAction } from '../policy/ladder.ts';
import type { RemediationStatus } from '../policy/remediation-schema.ts';
import type { Condition, Policy } from '../policy/schema.ts';
import { toTime } from '../remediations/view.ts';

/** Why an incident ends about which nothing could be done any more. */
export const POD_WENT_AWAY = 'the pod went away before an action';

/** What was to be treated: an incident under one condition of one policy. */
export interface PodCase {
  readonly incident: Incident<PodTarget>;
  readonly policy: Policy;
  readonly condition: Condition;
}

/** An action that the server took, and what is needed to tell whether it helped. */
export interface PerformedAction extends PodCase {
  readonly action: LadderAction;
  /** Time in which it must have helped, milliseconds. */
  readonly withinMs: number;
  /** Undefined for a pod without a workload; it is only ever told of. */
  readonly workload: WorkloadFacts | undefined;
  /** Generation of the workload from which on its state says anything about the action. */
  readonly generation: number;
  /** UIDs of the workload's pods just before the action. */
  readonly knownPods: readonly string[];
}

/** Time in which a step must have helped, milliseconds. */
export function withinMsOf({ policy, condition }: PodCase, action: LadderAction): number {
  const step = condition.steps.find((each) => each.action === action);
  return step?.withinMs ?? policy.limits.verifyWithinMs;
}

/** What an earlier holder did, from its record; undefined when its policy does not know the action any more. */
export function recallAction(
  cluster: ClusterCache,
  treated: PodCase,
  status: RemediationStatus,
): PerformedAction | undefined {
  const { incident, condition } = treated;
  const step = condition.steps.find(({ action }) => action === status.action);
  if (step === undefined) return undefined;
  const atMs = Date.parse(status.actedAt ?? status.decidedAt ?? toTime(incident.detectedAtMs));
  incident.actedAtMs = atMs;
  incident.action = step.action;
  // The API server knows the second in which a pod was made, no more.
  const secondMs = Math.floor(atMs / 1000) * 1000;
  const knownPods = cluster
    .podsOf(incident.owner)
    .filter(({ createdAtMs = 0 }) => createdAtMs < secondMs)
    .map(({ uid }) => uid);
  const workload = cluster.workload(incident.owner);
  const generation = status.generation ?? 0;
  return {
    ...treated,
    action: step.action,
    withinMs: withinMsOf(treated, step.action),
    workload,
    generation,
    knownPods,
  };
}
