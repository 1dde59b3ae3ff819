import type { Leak } from '../evidence/evidence.ts';
import { type ControlExpectation, controlVerdict } from './control.ts';
import type { Judgement, Verdict } from './judgement.ts';

/** What an exit code is decided from; every `RunRecord` is one. */
export interface Finished {
  readonly skippedBecause: string | null;
  readonly judgement: Pick<Judgement, 'verdict' | 'controlHolds'> | null;
  /** Set where the run was made without the healer, beside one with it: what it must come to. */
  readonly control?: ControlExpectation;
  readonly leaks: readonly Leak[];
  readonly cleanupErrors: readonly string[];
}

export type RunExitCode = 0 | 1 | 3 | 4;

/** How one run ended, in a word that Allure, JUnit and the exit code are all derived from. */
export type RunOutcome = 'pass' | 'fail' | 'inconclusive' | 'leak' | 'skipped';

/** A clean-up that failed counts as a leak: nobody can vouch for what is left. */
export function outcomeOf(run: Finished): RunOutcome {
  if (run.leaks.length > 0 || run.cleanupErrors.length > 0) return 'leak';
  if (run.skippedBecause !== null) return 'skipped';
  if (run.judgement === null) return 'inconclusive';
  return run.control === undefined ? run.judgement.verdict : controlVerdict(run.control, run.judgement);
}

/** Exit code of a single run: pass 0, fail 1, inconclusive 3, leak 4. A run that was skipped found nothing out: 3. */
export function exitCodeOf(run: Finished): RunExitCode {
  switch (outcomeOf(run)) {
    case 'pass':
      return 0;
    case 'fail':
      return 1;
    case 'leak':
      return 4;
    case 'inconclusive':
    case 'skipped':
      return 3;
  }
}

const CODES = { pass: 0, fail: 1, inconclusive: 3 } as const satisfies Record<Verdict, RunExitCode>;

/** What a suite's exit code is decided from besides its runs. */
export interface SuiteEnd {
  readonly runs: readonly Finished[];
  /** Scenarios that were asked for and left no record, evidence that could not be written, a worker that died. */
  readonly problems: readonly string[];
  readonly signal: 'SIGINT' | 'SIGTERM' | null;
  /** Scenarios that were run several times. */
  readonly repetitions?: readonly Repeated[];
}

export interface Repeated {
  readonly verdict: Verdict;
  readonly runs: readonly Finished[];
  /** The claim is about a share of many runs, so single ones may fail: its verdict counts instead of theirs. */
  readonly isStatistical: boolean;
}

/** The first of 4, 1, 3, 0 that occurred; skipped runs do not count, all skipped is 3, none at all is 2. */
export function suiteExitCode({ runs, problems, signal, repetitions = [] }: SuiteEnd): number {
  if (signal !== null) return signal === 'SIGINT' ? 130 : 143;
  const spokenFor = new Set(repetitions.flatMap((each) => (each.isStatistical ? each.runs : [])));
  const counted = runs.filter((run) => outcomeOf(run) !== 'skipped');
  const telling = counted.filter((run) => !spokenFor.has(run) || outcomeOf(run) === 'leak');
  const codes = new Set<number>([...telling.map(exitCodeOf), ...repetitions.map((each) => CODES[each.verdict])]);
  if (problems.length > 0) codes.add(3);
  if (codes.size === 0) return runs.length === 0 ? 2 : 3;
  return [4, 1, 3].find((code) => codes.has(code)) ?? 0;
}
