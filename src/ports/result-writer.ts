import type { RepetitionView } from '../experiment/repetition/repetition-view.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';

/** A run that is put away in its folder, together with the names of the files there. */
export interface FinishedRun {
  readonly dir: string;
  readonly record: RunRecord & { readonly files: readonly { readonly path: string; readonly bytes: number }[] };
  readonly head: string;
  /** Those of its files that are pictures, in the order in which they are looked at. */
  readonly pictures: readonly { readonly name: string; readonly path: string }[];
}

/** A run that was to be made and has no record: the suite was stopped before, or it went wrong. */
export interface UnmadeRun {
  readonly scenario: RunRecord['evidence']['scenario'];
  /** What it is called among the tests of its suite. */
  readonly name: string;
  /** Null: it was never begun, and nothing is wrong with it. */
  readonly error: { readonly message: string; readonly trace: string } | null;
}

/** All that a suite has to tell once it is over. */
export interface FinishedSuite {
  /** In the order in which they ended. */
  readonly runs: readonly FinishedRun[];
  /** One for every scenario that was run several times, or claims something of many runs. */
  readonly repetitions: readonly (RepetitionView & { readonly healer: 'on' | 'off' })[];
  /** What went wrong that no record can tell, in sentences. */
  readonly problems: readonly string[];
}

/**
 * One format in which results are told. It says what it wants to hear of: single runs are told by the process that made
 * them, so that a suite whose starter is gone has them all the same; what was lost and the suite as a whole by the starter.
 */
export interface ResultWriter {
  readonly name: string;
  /** Before the first run: makes room, and takes away what an earlier suite left. */
  begin?(outputDir: string): Promise<void>;
  writeRun?(run: FinishedRun, outputDir: string): Promise<void>;
  /** A run whose process was killed, as its journal tells it. */
  writeLostRun?(run: FinishedRun, outputDir: string): Promise<void>;
  writeUnmadeRun?(run: UnmadeRun, outputDir: string): Promise<void>;
  writeSuite?(suite: FinishedSuite, outputDir: string): Promise<void>;
}
