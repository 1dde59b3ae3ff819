import type { PodView } from '../cluster/pod.ts';
import type { WorkloadFacts } from '../cluster/workload-facts.ts';
import type { Incident } from '../incidents/incident.ts';
import type { LadderAction } from '../policy/ladder.ts';
import type { Condition, Policy } from '../policy/schema.ts';

/** A pod that was found unhealthy under one condition of one policy. */
export interface Case {
  readonly incident: Incident;
  readonly pod: PodView;
  readonly policy: Policy;
  readonly condition: Condition;
}

/** An action that the server took, and what is needed to tell whether it helped. */
export interface PerformedAction {
  readonly incident: Incident;
  readonly policy: Policy;
  readonly condition: Condition;
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

export type Treatment =
  | { readonly kind: 'waiting'; readonly retryAfterMs: number }
  | { readonly kind: 'acted'; readonly performed: PerformedAction }
  /** Somebody ended the incident while the pod is as sick as before: it goes on as the next episode. */
  | { readonly kind: 'over'; readonly retryAfterMs: number };
