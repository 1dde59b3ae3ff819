import { createHash } from 'node:crypto';
import type { ActionType, ConditionType, RefusalReason } from '../names.ts';
import type { RemediationSpec } from '../policy/remediation-schema.ts';

/** What an incident is about: a pod, or a revision of a Helm release. */
export type IncidentTarget = RemediationSpec['target'];

/** One stretch of one symptom on one target. Times are epoch milliseconds. */
export interface Incident<T extends IncidentTarget = IncidentTarget> {
  /** Of all that are open, this one has it alone. */
  readonly key: string;
  readonly id: string;
  readonly policy: string;
  readonly condition: ConditionType;
  readonly target: T;
  /** What is looked at when something about the target changes, e.g. `namespace/name`. */
  readonly objectKey: string;
  /** How many times the condition was seen on the target, this time included. */
  readonly episode: number;
  readonly firstSeenMs: number;
  readonly detectedAtMs: number;
  /** What the shards know the target by; it says which replica acts. */
  owner: string;
  /** Newest evidence. */
  reason: string;
  /** The other replicas and the users know of it. */
  announced: boolean;
  /** This process has read what earlier holders left behind about it. */
  claimed: boolean;
  /** What was decided on last. */
  action: ActionType | undefined;
  decidedAtMs: number | undefined;
  actedAtMs: number | undefined;
  /** An action got no answer, from this replica or from one before it: it may have been carried out. */
  unsure: boolean;
  /** Its intent is written down, and nothing about what became of it. */
  intended: boolean;
  failures: number;
  /** The server said no or nothing: not asked again before this time. */
  holdUntilMs: number;
  /** Reasons not to act that were already told. */
  readonly said: Set<RefusalReason>;
  /** Actions that are not possible here, and why. */
  readonly inapplicable: Map<ActionType, string>;
}

type Beginning =
  | 'announced'
  | 'claimed'
  | 'action'
  | 'decidedAtMs'
  | 'actedAtMs'
  | 'unsure'
  | 'intended'
  | 'failures'
  | 'holdUntilMs'
  | 'said'
  | 'inapplicable';

export type NewIncident<T extends IncidentTarget = IncidentTarget> = Omit<Incident<T>, Beginning | 'id'>;

/** An incident about which nothing was said or done yet: the same target, condition and episode give it the same id on every replica. */
export function openedIncident<T extends IncidentTarget>(facts: NewIncident<T>): Incident<T> {
  const { target, condition, episode } = facts;
  return {
    ...facts,
    id: incidentId(target.uid, condition, episode),
    announced: false,
    claimed: false,
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

/** Something may have been done about it, so that nobody may say that nothing was. */
export function mayHaveActed({ unsure, actedAtMs }: Pick<Incident, 'unsure' | 'actedAtMs'>): boolean {
  return unsure || actedAtMs !== undefined;
}

export function incidentKey(policy: string, condition: ConditionType, uid: string): string {
  return `${policy}/${condition}/${uid}`;
}

/** Id of an incident: same target, same condition, same episode, same id, whichever replica or policy sees it. */
export function incidentId(uid: string, condition: ConditionType, episode: number): string {
  return createHash('sha256').update(`${uid}\n${condition}\n${episode}`).digest('hex').slice(0, 12);
}
