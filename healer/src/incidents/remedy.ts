import type { RemedyWorkload } from '../cluster/workload-facts.ts';
import type { ActionType, ConditionType, RecordedTarget, RefusalReason } from '../names.ts';

/** What a remedy is to treat. */
export interface RemedyRequest {
  /** Id of the incident: the same in every attempt, also after a restart, so that a remedy can tell that it was applied already. */
  readonly incident: string;
  readonly policy: string;
  readonly condition: ConditionType;
  readonly target: RecordedTarget;
  /** Undefined for a pod that no known workload replaces. */
  readonly workload: RemedyWorkload | undefined;
  /** Evidence, in a sentence. */
  readonly reason: string;
}

/** What became of one application of a remedy. */
export type RemedyResult =
  /** The API server (or the tool) took it. */
  | {
      readonly kind: 'accepted';
      readonly actedAtMs: number;
      /** Generation of the workload after the action, where the action changed its spec. */
      readonly generation?: number | undefined;
      /** What exactly was done, in a sentence, e.g. the revision that was rolled back to. */
      readonly detail?: string | undefined;
    }
  /** Not now: asked again later. */
  | {
      readonly kind: 'refused';
      readonly refusal: RefusalReason;
      readonly reason: string;
      readonly retryAfterMs: number;
    }
  /** Never here, e.g. there is no revision to go back to: the next step of the ladder is taken at once. */
  | { readonly kind: 'inapplicable'; readonly reason: string }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** No answer came: it may have been carried out all the same. */
      readonly unsure: boolean;
      readonly retryAfterMs: number;
    };

/**
 * One way to treat an incident. `apply` may be called again for the same incident after a crash and must then not do a
 * second time what was done already; it never rejects because of what the API server or a tool answered.
 */
export interface Remedy {
  readonly type: ActionType;
  apply(sick: RemedyRequest): Promise<RemedyResult>;
}
