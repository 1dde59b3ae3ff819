import type { Scenario } from '../../scenario/model/scenario.ts';
import type { Span } from '../evidence/interval.ts';
import type { ControlExpectation } from '../result/control.ts';
import { outcomeOf, type RunOutcome } from '../result/exit-code.ts';
import type { Attribution, PhaseResult, Reason, Verdict } from '../result/judgement.ts';
import { metSignals, verdictSentence } from '../result/wording.ts';
import type { RunRecord, Turn } from './run-record.ts';

/** One run in a few lines: what machine-readable output, history, metrics and summaries are all made from. */
export interface RunSummary {
  readonly runId: string;
  readonly scenario: string;
  readonly title: string;
  /** Path of the scenario file, relative to the project. */
  readonly file: string;
  readonly healer: 'on' | 'off';
  /** What its parameters stood for. */
  readonly params: Scenario['params'];
  /** What it must come to as the control of a run with the healer; null for any other run. */
  readonly control: ControlExpectation | null;
  /** Which of several runs it was; null for one that stands for itself. */
  readonly turn: Turn | null;
  readonly seed: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly exitCode: number;
  readonly outcome: RunOutcome;
  readonly status: 'completed' | 'aborted' | 'interrupted' | 'skipped';
  /** Null for a run that was skipped. */
  readonly verdict: Verdict | null;
  readonly sentence: string;
  readonly reasons: readonly Reason[];
  readonly absorbed: boolean;
  readonly controlHolds: boolean | null;
  readonly remediator: Attribution['remediator'];
  readonly withinMs: number;
  /** Null where nothing was restored or nothing ever left tolerance. */
  readonly recovery: Span | null;
  readonly phases: readonly Pick<PhaseResult, 'phase' | 'took' | 'budgetMs' | 'outcome'>[];
  /** Claims about alerts and messages that held, a sentence each. */
  readonly signals: readonly string[];
  readonly leaks: readonly string[];
}

/** Tells the runs of a suite apart. */
export function runLabel({ scenario, healer, turn }: Pick<RunSummary, 'scenario' | 'healer' | 'turn'>): string {
  const which = turn === null ? '' : ` (run ${turn.index} of ${turn.planned})`;
  return `${scenario}${healer === 'off' ? ' (healer off)' : ''}${which}`;
}

export function summaryOf(record: RunRecord): RunSummary {
  const { runId, seed, startedAtMs, endedAtMs, exitCode, skippedBecause, evidence, judgement } = record;
  const { scenario, healer, status } = evidence;
  return {
    runId,
    scenario: scenario.name,
    title: scenario.title,
    file: scenario.file,
    healer,
    params: scenario.params,
    control: record.control ?? null,
    turn: record.repetition ?? null,
    seed,
    startedAtMs,
    endedAtMs,
    exitCode,
    outcome: outcomeOf(record),
    status,
    verdict: judgement?.verdict ?? null,
    sentence: skippedBecause ?? verdictSentence(judgement, evidence),
    reasons: judgement?.reasons ?? [],
    absorbed: judgement?.absorbed ?? false,
    controlHolds: judgement?.controlHolds ?? null,
    remediator: judgement?.attribution.remediator ?? 'unknown',
    withinMs: scenario.recovery.withinMs,
    recovery: judgement?.recovery ?? null,
    phases: (judgement?.phases ?? []).map(({ phase, took, budgetMs, outcome }) => ({ phase, took, budgetMs, outcome })),
    signals: metSignals(judgement),
    leaks: [...record.leaks.map(({ what, detail }) => `${what}: ${detail}`), ...record.cleanupErrors],
  };
}
