import { describe, expect, it } from 'vitest';
import type { PhaseBudgets } from '../../scenario/model/scenario.ts';
import { instant } from '../evidence/interval.ts';
import type { Timeline } from '../result/judgement.ts';
import { brokenBudgets, openBudgets, phaseResults } from './phases.ts';

const TIMELINE: Timeline = {
  injectedAt: instant(0, 500),
  impactedAt: instant(1_000, 2_000),
  detectedAt: instant(7_800),
  decidedAt: instant(7_850),
  actedAt: instant(8_000),
  restoredAt: instant(10_000, 12_000),
  stableAt: instant(20_000, 22_000),
};
const results = (budgets: PhaseBudgets, timeline: Partial<Timeline> = {}, clockSkewMs = 0) =>
  phaseResults({ ...TIMELINE, ...timeline }, { budgets, probeResolutionMs: 2_000, clockSkewMs });
const outcome = (budgets: PhaseBudgets, timeline: Partial<Timeline> = {}) =>
  results(budgets, timeline)
    .filter((result) => result.budgetMs !== null)
    .map((result) => `${result.phase} ${result.outcome}`);

describe('phaseResults', () => {
  it('measures each phase between its two ends', () => {
    const spans = results({ decideMs: 1_000 }).map(({ phase, took }) => [phase, took?.lowerMs, took?.upperMs]);
    expect(spans).toEqual([
      ['detect', 7_300, 7_800],
      ['decide', 50, 50],
      ['act', 150, 150],
      ['restore', 2_000, 4_000],
    ]);
  });

  it('counts decide into act unless it has a budget of its own', () => {
    const [, decide, act] = results({});
    expect(decide).toMatchObject({ countedInto: 'act', outcome: 'no-budget' });
    expect(act?.took).toEqual({ lowerMs: 200, upperMs: 200 });
    expect(results({ decideMs: 100 })[1]).not.toHaveProperty('countedInto');
  });

  it.each<{ budgets: PhaseBudgets; expected: string }>([
    { budgets: { detectMs: 7_800 }, expected: 'detect met' },
    { budgets: { detectMs: 7_500 }, expected: 'detect unknown' },
    { budgets: { detectMs: 7_200 }, expected: 'detect exceeded' },
    { budgets: { decideMs: 49 }, expected: 'decide exceeded' },
    { budgets: { actMs: 200 }, expected: 'act met' },
    { budgets: { actMs: 199 }, expected: 'act exceeded' },
    { budgets: { restoreMs: 4_000 }, expected: 'restore met' },
    { budgets: { restoreMs: 3_000 }, expected: 'restore unknown' },
    { budgets: { restoreMs: 1_999 }, expected: 'restore exceeded' },
  ])('judges $budgets: $expected', ({ budgets, expected }) => {
    expect(outcome(budgets)).toEqual([expected]);
  });

  it('widens what spans two clocks by their difference', () => {
    const [detect, decide, , restore] = results({}, {}, 100);
    expect(detect?.took).toEqual({ lowerMs: 7_200, upperMs: 7_900 });
    expect(decide?.took).toEqual({ lowerMs: 50, upperMs: 50 });
    expect(restore?.took).toEqual({ lowerMs: 1_900, upperMs: 4_100 });
  });

  it.each<{ what: string; timeline: Partial<Timeline>; budgets: PhaseBudgets }>([
    { what: 'an end is missing', timeline: { detectedAt: null }, budgets: { detectMs: 60_000 } },
    {
      what: 'its end lies before its start',
      timeline: { restoredAt: instant(5_000, 7_000) },
      budgets: { restoreMs: 60_000 },
    },
  ])('knows nothing of a phase when $what', ({ timeline, budgets }) => {
    const phases = results(budgets, timeline);
    expect(phases.find((result) => result.budgetMs !== null)).toMatchObject({ took: null, outcome: 'unknown' });
    expect(openBudgets(phases)).toEqual([
      { code: 'NO_DATA', message: expect.stringContaining('could not be measured') },
    ]);
  });
});

describe('budgets', () => {
  it('that are broken are refutations, those too fine for the data stay open', () => {
    const phases = results({ detectMs: 7_000, actMs: 5_000, restoreMs: 3_000 });
    expect(brokenBudgets(phases).map((reason) => reason.code)).toEqual(['PHASE_EXCEEDED']);
    expect(brokenBudgets(phases)[0]?.message).toBe('detect took between 7.3 s and 7.8 s, its budget is 7.0 s');
    expect(openBudgets(phases).map((reason) => reason.code)).toEqual(['WITHIN_RESOLUTION']);
  });
});
