import type { ActionType, RefusalReason } from '../names.ts';
import type { RemediationSpec, RemediationStatus } from '../policy/remediation-schema.ts';
import type { Incident } from './incident.ts';
import type { RemedyResult } from './remedy.ts';

/** What is to be done about a target at one moment. */
export type Decision =
  | {
      readonly kind: 'act';
      readonly action: ActionType;
      readonly cause?: NonNullable<RemediationStatus['cause']>;
      /** Generation of the workload, or revision of the release, that the decision was made about. */
      readonly generation: number;
    }
  | {
      readonly kind: 'refuse';
      readonly refusal: RefusalReason;
      readonly reason: string;
      readonly retryAfterMs: number;
    }
  /** Not with this action for as long as it is this target: the next step is taken at once. */
  | {
      readonly kind: 'pass-over';
      readonly action: ActionType;
      readonly refusal: RefusalReason;
      readonly reason: string;
    }
  | { readonly kind: 'give-up'; readonly reason: string; readonly retryAfterMs: number };

/** A target that was found unhealthy: all that a kind of target brings to the one life that incidents have. */
export interface SickTarget {
  readonly incident: Incident;
  /** What would replace it, as the Remediation tells it. */
  readonly workload: RemediationSpec['workload'];
  /** The object whose end is the end of the Remediation too. */
  readonly ownerReference: object | undefined;
  /** What is known of an earlier holder's work, read once; an action that it finds is set on the incident. */
  resume(status: RemediationStatus | undefined, nowMs: number): void;
  /** The next step, unless something speaks against it. Asked twice: before the intent is formed, and just before acting. */
  decide(nowMs: number): Decision;
  /** Takes a last look and acts. `stillMine` is asked last of all. */
  apply(action: ActionType, stillMine: () => boolean): Promise<RemedyResult>;
}
