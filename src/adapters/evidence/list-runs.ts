import { messageOf } from '../../errors.ts';
import { type RunSummary, summaryOf } from '../../experiment/run-record/run-summary.ts';
import { readRun } from './read-run.ts';
import { runFolders } from './run-folders.ts';

export interface ListedRuns {
  /** Oldest first. */
  readonly runs: readonly RunSummary[];
  /** Folders that hold no record, each with the reason: a run that was killed, or a file that is damaged. */
  readonly unreadable: readonly { readonly dir: string; readonly reason: string }[];
}

/** Every run that was put away in a folder. */
export async function listRuns(runsDir: string): Promise<ListedRuns> {
  const runs: RunSummary[] = [];
  const unreadable: { dir: string; reason: string }[] = [];
  for (const dir of await runFolders(runsDir)) {
    try {
      const run = await readRun(dir);
      if (run === null) unreadable.push({ dir, reason: 'it left no record' });
      else runs.push(summaryOf(run.record));
    } catch (error: unknown) {
      unreadable.push({ dir, reason: messageOf(error) });
    }
  }
  return { runs: runs.toSorted((a, b) => a.startedAtMs - b.startedAtMs), unreadable };
}
