import { createHash } from 'node:crypto';
import type { ConditionType, RecordedTarget, RefusalReason } from '../names.ts';

/** One stretch of one symptom on one pod. */
export interface Incident {
  readonly key: string;
  readonly id: string;
  readonly policy: string;
  readonly condition: ConditionType;
  readonly target: RecordedTarget;
  readonly podKey: string;
  /** UID of what owns the target; it says which replica acts. */
  owner: string;
  readonly firstSeenMs: number;
  readonly detectedAtMs: number;
  /** Newest evidence. */
  reason: string;
  /** The other replicas and the users know of it. */
  announced: boolean;
  decidedAtMs: number | undefined;
  actedAtMs: number | undefined;
  /** An action got no answer: it may have been carried out. */
  unsure: boolean;
  failures: number;
  /** The server said no or nothing: not asked again before this time, epoch milliseconds. */
  holdUntilMs: number;
  /** What was already said about it. */
  readonly said: Set<RefusalReason>;
}

export function incidentKey(policy: string, condition: ConditionType, uid: string): string {
  return `${policy}/${condition}/${uid}`;
}

/** Id of an incident: same pod, same condition, same beginning, same id. */
export function incidentId(uid: string, policy: string, condition: ConditionType, episode: string): string {
  return createHash('sha256').update(`${uid}\n${policy}\n${condition}\n${episode}`).digest('hex').slice(0, 12);
}
