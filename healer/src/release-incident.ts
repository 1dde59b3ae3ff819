import { createHash } from 'node:crypto';
import { type ReleaseRevision, releaseKey } from './monitors/helm/release.ts';
import type { ActionType, HealerRecord, RefusalReason } from './names.ts';
import type { ReleaseCondition } from './policy/helm-conditions.ts';

/** One sick revision of a release. */
export interface ReleaseIncident {
  readonly id: string;
  readonly key: string;
  readonly policy: string;
  readonly condition: ReleaseCondition;
  readonly revision: ReleaseRevision;
  readonly firstSeenMs: number;
  readonly detectedAtMs: number;
  /** Newest evidence. */
  reason: string;
  decidedAtMs: number | undefined;
  actedAtMs: number | undefined;
  action: ActionType | undefined;
  failures: number;
  /** Not tried again before this time, epoch milliseconds. */
  holdUntilMs: number;
  /** What was already said about it. */
  readonly said: Set<RefusalReason | HealerRecord['stage']>;
}

/** The same revision, policy and condition give the same id on every replica and after every restart. */
export function openReleaseIncident(
  revision: ReleaseRevision,
  policy: string,
  found: { readonly condition: ReleaseCondition; readonly reason: string; readonly sinceMs: number },
  nowMs: number,
): ReleaseIncident {
  const { condition, reason, sinceMs } = found;
  const text = [revision.uid, String(revision.revision), policy, condition].join('\n');
  return {
    id: createHash('sha256').update(text).digest('hex').slice(0, 12),
    key: releaseKey(revision),
    policy,
    condition,
    revision,
    firstSeenMs: sinceMs,
    detectedAtMs: nowMs,
    reason,
    decidedAtMs: undefined,
    actedAtMs: undefined,
    action: undefined,
    failures: 0,
    holdUntilMs: 0,
    said: new Set(),
  };
}
