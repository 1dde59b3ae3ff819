import { createHash } from 'node:crypto';
import type { PodTarget } from '../cluster/pod.ts';
import type { ActionType, ConditionType, RefusalReason } from '../names.ts';
import type { LadderAction } from '../policy/ladder.ts';

/** One stretch of one symptom on one pod. */
export interface Incident {
  readonly key: string;
  readonly id: string;
  readonly policy: string;
  readonly condition: ConditionType;
  readonly target: PodTarget;
  readonly podKey: string;
  /** How many times the condition was seen on the target, this time included. */
  readonly episode: number;
  readonly firstSeenMs: number;
  readonly detectedAtMs: number;
  /** UID of what owns the target; it says which replica acts. */
  owner: string;
  /** Newest evidence. */
  reason: string;
  /** The other replicas and the users know of it. */
  announced: boolean;
  /** What was decided on last. */
  action: ActionType | undefined;
  decidedAtMs: number | undefined;
  actedAtMs: number | undefined;
  /** An action got no answer: it may have been carried out. */
  unsure: boolean;
  /** Its intent is written down, and nothing about what became of it. */
  intended: boolean;
  failures: number;
  /** The server said no or nothing: not asked again before this time, epoch milliseconds. */
  holdUntilMs: number;
  /** What was already said about it. */
  readonly said: Set<RefusalReason>;
  /** Actions that are not possible here, and why. */
  readonly inapplicable: Map<LadderAction, string>;
}

export type NewIncident = Omit<
  Incident,
  | 'announced'
  | 'action'
  | 'decidedAtMs'
  | 'actedAtMs'
  | 'unsure'
  | 'intended'
  | 'failures'
  | 'holdUntilMs'
  | 'said'
  | 'inapplicable'
>;

/** An incident about which nothing was said or done yet. */
export function openedIncident(facts: NewIncident): Incident {
  return {
    ...facts,
    announced: false,
    action: undefined,
    decidedAtMs: undefined,
    actedAtMs: undefined,
    unsure: false,
    intended: false,
    failures: 0,
    holdUntilMs: 0,
    said: new Set(),
    inapplicable: new Map(),
  };
}

export function incidentKey(policy: string, condition: ConditionType, uid: string): string {
  return `${policy}/${condition}/${uid}`;
}

/** Id of an incident: same target, same condition, same episode, same id, whichever replica or policy sees it. */
export function incidentId(uid: string, condition: ConditionType, episode: number): string {
  return createHash('sha256').update(`${uid}\n${condition}\n${episode}`).digest('hex').slice(0, 12);
}
