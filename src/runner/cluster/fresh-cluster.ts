import { messageOf, NoRoomError, withHint } from '../../errors.ts';
import { exitCodeOf } from '../../experiment/result/exit-code.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import type { Lab, LabInfo } from '../../ports/lab.ts';
import type { Progress } from '../../ports/progress.ts';
import type { Reporter } from '../../ports/reporter.ts';

/** What a run in a cluster of its own needs besides what every run needs. */
export interface FreshCluster {
  readonly lab: Lab;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  now(): number;
  /** The run itself, in the cluster that was made for it. */
  run(info: LabInfo): Promise<RunRecord>;
  /** The record of a run that this machine is not fit for. */
  skipped(because: string): RunRecord;
}

/** Removing has a deadline of its own: a run that was told to stop leaves no cluster behind either. */
const REMOVE_MS = 5 * 60_000;

/**
 * Makes a cluster for one run and removes it afterwards, whatever happened; where the machine has no room for it the run is
 * skipped before anything is made. What cannot be removed is in the record, so the run ends like one that left something
 * behind. @throws whatever went wrong while it was made.
 */
export async function inFreshCluster(fresh: FreshCluster): Promise<RunRecord> {
  const { lab, signal } = fresh;
  const progress = progressTo(fresh);
  const misfit = await lab.misfit({ signal, progress });
  if (misfit !== null) return ended(noRoom(fresh, misfit), fresh);
  let record: RunRecord;
  try {
    const info = await lab.up({ signal, progress, recreate: false, bound: true });
    record = await fresh.run(info);
  } catch (error: unknown) {
    const left = await remove(lab, progress);
    // Others may have taken the room since it was looked for; nothing was made yet.
    if (error instanceof NoRoomError && left === null) return ended(noRoom(fresh, withHint(error)), fresh);
    throw left === null ? error : new AggregateError([error], `${messageOf(error)}; ${left}`, { cause: error });
  }
  const left = await remove(lab, progress);
  if (left === null) return record;
  const findings = { ...record, cleanupErrors: [...record.cleanupErrors, left] };
  return ended({ ...findings, exitCode: exitCodeOf(findings) }, fresh);
}

function noRoom({ skipped }: FreshCluster, why: string): RunRecord {
  return skipped(`no room for a cluster of its own: ${why}`);
}

/** Ends the journal as the record ends: what happened around the run itself may have changed the exit code. */
function ended(record: RunRecord, { reporter, now }: FreshCluster): RunRecord {
  const { runId, exitCode } = record;
  reporter.onEvent({ type: 'run-ended', atMs: now(), runId, exitCode });
  return record;
}

async function remove(lab: Lab, progress: Progress): Promise<string | null> {
  try {
    await lab.down({ signal: AbortSignal.timeout(REMOVE_MS), progress, all: false, force: true });
    return null;
  } catch (error: unknown) {
    const left = `the cluster that was made for this run could not be removed: ${messageOf(error)}`;
    // As a note, too: the record of a run that was stopped tells of that alone.
    progress.note(left);
    return left;
  }
}

/** Making and removing the cluster show up as notes of the run. */
function progressTo({ reporter, now }: FreshCluster): Progress {
  const note = (message: string): void => reporter.onEvent({ type: 'note', atMs: now(), message });
  return {
    note,
    begin: (title) => {
      note(title);
      return {
        update: () => undefined,
        done: () => undefined,
        failed: (message) => note(`${title}: ${message}`),
      };
    },
  };
}
