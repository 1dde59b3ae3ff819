import { incidentId } from '../incidents/incident.ts';
import type { ActionType, HealerRecord, RefusalReason } from '../names.ts';
import type { ReleaseCondition } from '../policy/helm-conditions.ts';
import type { RemediationSpec, RemediationStatus } from '../policy/remediation-schema.ts';
import { releaseOwner } from '../remediations/owner.ts';
import { type ReleaseRevision, releaseKey } from './secrets/release.ts';

/** The revision of a release that was found sick. */
export type ReleaseTarget = RemediationSpec['target'] & { readonly kind: 'HelmRelease'; readonly revision: number };

/** One sick revision of a release. */
export interface ReleaseIncident {
  readonly id: string;
  readonly key: string;
  readonly policy: string;
  readonly condition: ReleaseCondition;
  readonly target: ReleaseTarget;
  /** How many times the condition was seen on the revision, this time included. */
  readonly episode: number;
  readonly firstSeenMs: number;
  readonly detectedAtMs: number;
  /** Newest evidence. */
  reason: string;
  decidedAtMs: number | undefined;
  actedAtMs: number | undefined;
  action: ActionType | undefined;
  /** Helm may have been started, by this replica or by one before it, and nobody knows yet what came of it. */
  sent: boolean;
  /** Its intent is written down, and nothing about what became of it. */
  intended: boolean;
  /** This process has read what earlier holders left behind about it. */
  claimed: boolean;
  failures: number;
  /** Not tried again before this time, epoch milliseconds. */
  holdUntilMs: number;
  /** What was already said about it. */
  readonly said: Set<RefusalReason | HealerRecord['stage']>;
}

type Opening = Pick<
  ReleaseIncident,
  'key' | 'policy' | 'condition' | 'target' | 'episode' | 'firstSeenMs' | 'detectedAtMs' | 'reason'
>;

/** The same revision, condition and episode give the same id on every replica and after every restart. */
export function openedReleaseIncident(opening: Opening): ReleaseIncident {
  const { target, condition, episode } = opening;
  return {
    ...opening,
    id: incidentId(target.uid, condition, episode),
    decidedAtMs: undefined,
    actedAtMs: undefined,
    action: undefined,
    sent: false,
    intended: false,
    claimed: false,
    failures: 0,
    holdUntilMs: 0,
    said: new Set(),
  };
}

/**
 * How long helm may take to begin: a replica does not take its helm along when it dies, and until the first write nothing
 * tells that one is at work.
 */
const HELM_BEGINS_WITHIN_MS = 5_000;

/** What an earlier holder left behind about an incident. */
export function recall(incident: ReleaseIncident, status: RemediationStatus | undefined, nowMs: number): void {
  incident.claimed = true;
  if (status?.phase !== 'Acting' && status?.phase !== 'Acted') return;
  if (status.phase === 'Acting') incident.holdUntilMs = Math.max(incident.holdUntilMs, nowMs + HELM_BEGINS_WITHIN_MS);
  incident.sent = true;
  incident.action ??= status.action;
  if (status.decidedAt !== undefined) incident.decidedAtMs ??= Date.parse(status.decidedAt);
  if (status.phase === 'Acted' && status.actedAt !== undefined) incident.actedAtMs ??= Date.parse(status.actedAt);
}

/** Helm keeps no object for a release; the Secret of the sick revision stands for it. */
export function toReleaseTarget({ namespace, release, revision, uid }: ReleaseRevision): ReleaseTarget {
  return { kind: 'HelmRelease', namespace, name: release, uid, revision, app: release };
}

export function ownerOfRelease({ namespace, release }: Pick<ReleaseRevision, 'namespace' | 'release'>): string {
  return releaseOwner(releaseKey({ namespace, release }));
}
