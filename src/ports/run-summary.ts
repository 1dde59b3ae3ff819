import { type Outcome, outcomeOf } from '../experiment/exit-code.ts';
import type { Attribution, PhaseResult, Reason, Span, Verdict } from '../experiment/judgement.ts';
import { metSignals, verdictSentence } from '../experiment/wording.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunRecord, Turn } from './reporter.ts';

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
  /** Which of several runs it was; null for one that stands for itself. */
  readonly turn: Turn | null;
  readonly seed: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly exitCode: number;
  readonly outcome: Outcome;
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
