import type { HealerRecord } from '../../../healer/src/names.ts';
import type { AuditEntry } from '../evidence/evidence.ts';
import { isAccepted, RELEASE_ACTIONS, releaseRecordOf, timeOf, typesOf } from './healer-writes.ts';

/** One run of Helm by the healer: all its writes are one action. */
export interface ReleaseRun {
  readonly record: HealerRecord;
  /** In order of time; at least one of them is Helm's own record of the release. */
  readonly writes: readonly AuditEntry[];
}

/**
 * Which writes belong to a run of Helm that the healer recorded as done: what Helm writes, in the namespace of the
 * record, between decision and end. What two records could claim belongs to neither, so that it stays in doubt.
 */
export function releaseRuns(
  writes: readonly AuditEntry[],
  records: Iterable<HealerRecord>,
  slack: { readonly beforeMs: number; readonly afterMs: number },
): ReleaseRun[] {
  const acted = [...records].filter(({ action, stage }) => stage === 'acted' && action !== undefined);
  const claims = writes
    .filter(isAccepted)
    .map((write) => ({ write, by: acted.filter((record) => couldClaim(record, write, slack)) }));
  return acted.filter(isOfRelease).flatMap((record) => {
    const claimed = claims.filter(({ by }) => by.length === 1 && by[0] === record).map(({ write }) => write);
    return claimed.some((write) => releaseRecordOf(write) !== null) ? [{ record, writes: claimed }] : [];
  });
}

function isOfRelease({ action }: HealerRecord): boolean {
  return action !== undefined && RELEASE_ACTIONS.has(action);
}

function couldClaim(
  record: HealerRecord,
  write: AuditEntry,
  { beforeMs, afterMs }: { readonly beforeMs: number; readonly afterMs: number },
): boolean {
  const { action, target, decidedAtMs } = record;
  const endMs = timeOf(record) ?? record.recordedAtMs;
  const startMs = decidedAtMs ?? endMs;
  if (write.atMs < startMs - beforeMs || write.atMs > endMs + afterMs) return false;
  if (action === undefined || write.namespace !== target.namespace || !typesOf(write).includes(action)) return false;
  if (!isOfRelease(record)) return true;
  // Of pods and nodes Helm writes nothing.
  if (write.resource === 'pods' || write.resource === 'nodes') return false;
  const release = releaseRecordOf(write);
  return release === null || target.kind !== 'HelmRelease' || release === target.name;
}
