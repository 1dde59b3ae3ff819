import type { Span } from '../evidence/interval.ts';
import { PHASES, type Phase, type Verdict } from '../result/judgement.ts';

/** What of a run goes into a trend. */
export interface Measured {
  readonly verdict: Verdict | null;
  readonly recovery: Span | null;
  readonly phases: readonly { readonly phase: Phase; readonly took: Span | null }[];
}

export interface Trend {
  readonly what: 'recovery' | Phase;
  /** Upper bounds, ms, in the order of the runs: the worse end is what a claim must hold against. */
  readonly upperMs: readonly number[];
  readonly n: number;
  readonly p50Ms: number | null;
  /** With fewer than 20 values it is the largest. */
  readonly p95Ms: number | null;
}

/** Recovery time and phases of several runs of one scenario; an undecided run measured nothing that can be relied on. */
export function trendsOf(runs: readonly Measured[]): Trend[] {
  const decided = runs.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail');
  const recovery = trend(
    'recovery',
    decided.map((run) => run.recovery),
  );
  const phases = PHASES.map((phase) =>
    trend(
      phase,
      decided.map((run) => run.phases.find((each) => each.phase === phase)?.took ?? null),
    ),
  );
  return [recovery, ...phases].filter(({ n }) => n > 0);
}

function trend(what: Trend['what'], spans: readonly (Span | null)[]): Trend {
  const upperMs = spans.flatMap((span) => (span === null ? [] : [span.upperMs]));
  return { what, upperMs, n: upperMs.length, p50Ms: nearestRank(upperMs, 0.5), p95Ms: nearestRank(upperMs, 0.95) };
}

/** The smallest value that at least this share of all values does not exceed; null without any value. */
export function nearestRank(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
