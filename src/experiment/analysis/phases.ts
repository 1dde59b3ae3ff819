import type { PhaseBudgets } from '../../scenario/model/scenario.ts';
import type { Instant } from '../evidence/evidence.ts';
import { exceeds, fitsWithin, type Span, seconds, spanBetween, spanText } from '../evidence/interval.ts';
import { phaseResolutionMs } from '../probes/resolution.ts';
import { PHASES, type Phase, type PhaseResult, type Reason, type Timeline } from '../result/judgement.ts';

export interface PhaseContext {
  readonly budgets: PhaseBudgets;
  /** Resolution of the slowest probe, ms. */
  readonly probeResolutionMs: number;
  readonly clockSkewMs: number;
}

/** The four phases against their budgets. Without a budget of its own, `decide` is counted into `act`. */
export function phaseResults(timeline: Timeline, context: PhaseContext): PhaseResult[] {
  return PHASES.map((phase): PhaseResult => {
    const took = phaseSpan(phase, timeline, context);
    const budgetMs = budgetOf(phase, context.budgets);
    const resolutionMs = phaseResolutionMs(phase, context.probeResolutionMs);
    const result = { phase, took, resolutionMs, budgetMs, outcome: outcomeOf(took, budgetMs) };
    return phase === 'decide' && budgetMs === null ? { ...result, countedInto: 'act' } : result;
  });
}

/** Budgets that were broken, as refutations. */
export function brokenBudgets(phases: readonly PhaseResult[]): Reason[] {
  return phases.flatMap(({ phase, took, budgetMs, outcome }) =>
    outcome === 'exceeded' && took !== null && budgetMs !== null
      ? [{ code: 'PHASE_EXCEEDED', message: `${phase} took ${spanText(took)}, its budget is ${seconds(budgetMs)}` }]
      : [],
  );
}

/** Budgets that could be neither met nor broken for certain. */
export function openBudgets(phases: readonly PhaseResult[]): Reason[] {
  return phases.flatMap(({ phase, took, budgetMs, outcome }): Reason[] => {
    if (outcome !== 'unknown' || budgetMs === null) return [];
    if (took === null) return [{ code: 'NO_DATA', message: `${phase} has a budget but could not be measured` }];
    const message = `${phase} took ${spanText(took)}, too coarse for its budget of ${seconds(budgetMs)}`;
    return [{ code: 'WITHIN_RESOLUTION', message }];
  });
}

function phaseSpan(phase: Phase, timeline: Timeline, { budgets, clockSkewMs }: PhaseContext): Span | null {
  const { injectedAt, detectedAt, decidedAt, actedAt, restoredAt } = timeline;
  switch (phase) {
    case 'detect':
      return between(injectedAt, detectedAt, clockSkewMs);
    case 'decide':
      return between(detectedAt, decidedAt, 0);
    case 'act':
      return between(budgets.decideMs === undefined ? detectedAt : decidedAt, actedAt, clockSkewMs);
    case 'restore':
      return between(actedAt, restoredAt, clockSkewMs);
  }
}

/** Null also where the second moment lies before the first: that is a contradiction, not a short time. */
function between(from: Instant | null, to: Instant | null, skewMs: number): Span | null {
  if (from === null || to === null || to.latestMs + skewMs < from.earliestMs) return null;
  return spanBetween(from, to, skewMs);
}

function budgetOf(phase: Phase, budgets: PhaseBudgets): number | null {
  const { detectMs, decideMs, actMs, restoreMs } = budgets;
  return { detect: detectMs, decide: decideMs, act: actMs, restore: restoreMs }[phase] ?? null;
}

function outcomeOf(took: Span | null, budgetMs: number | null): PhaseResult['outcome'] {
  if (budgetMs === null) return 'no-budget';
  if (took === null) return 'unknown';
  if (fitsWithin(took, budgetMs)) return 'met';
  return exceeds(took, budgetMs) ? 'exceeded' : 'unknown';
}
