import { describe, expect, it } from 'vitest';
import { judgeRepetition, type RepeatedRun, repeatedRunOf } from './repetition.ts';

const run = (trial: RepeatedRun['trial'], recoveryUpperMs: number | null = 12_000): RepeatedRun => ({
  runId: `${trial}-run`,
  trial,
  outcome: trial === 'held' ? 'pass' : trial === 'broken' ? 'fail' : 'inconclusive',
  reason: trial === 'held' ? null : trial === 'broken' ? 'RECOVERY_EXCEEDED' : 'NO_DATA',
  recoveryUpperMs,
});
const times = (n: number, trial: RepeatedRun['trial']): RepeatedRun[] => Array.from({ length: n }, () => run(trial));
const EVERY = { kind: 'every-run', runs: 3 } as const;
const CLAIM = { kind: 'percentile', percentile: 95, confidence: 95 } as const;

const verdictOf = (repeat: Parameters<typeof judgeRepetition>[0], ...runs: readonly RepeatedRun[]) => {
  const { verdict, reasons } = judgeRepetition(repeat, runs);
  return [verdict, ...reasons.map(({ code }) => code)];
};

describe('a number of runs', () => {
  it('passes when every one of them passed', () => {
    expect(verdictOf(EVERY, ...times(3, 'held'))).toEqual(['pass']);
  });

  it('fails as soon as one failed, and says which', () => {
    const { verdict, reasons } = judgeRepetition(EVERY, [run('held'), { ...run('broken'), runId: 'bad' }]);
    expect([verdict, reasons]).toEqual(['fail', [{ code: 'RUN_FAILED', message: 'bad (RECOVERY_EXCEEDED)' }]]);
  });

  it.each([
    ['too few', times(2, 'held'), 'TOO_FEW_RUNS'],
    ['none', [], 'TOO_FEW_RUNS'],
    ['one that found nothing out', [...times(2, 'held'), run('open')], 'RUN_INCONCLUSIVE'],
    ['one that was no trial', [...times(2, 'held'), run('uncounted')], 'RUN_INCONCLUSIVE'],
    [
      'one that left something behind',
      [...times(2, 'held'), { ...run('held'), outcome: 'leak' as const }],
      'RUN_INCONCLUSIVE',
    ],
  ])('is inconclusive with %s', (_what, runs, code) => {
    expect(verdictOf(EVERY, ...runs)).toEqual(['inconclusive', code]);
  });
});

describe('a statistical claim', () => {
  it('is proven by 59 clean runs, not by 58', () => {
    expect(verdictOf(CLAIM, ...times(59, 'held'))).toEqual(['pass']);
    expect(verdictOf(CLAIM, ...times(58, 'held'))).toEqual(['inconclusive', 'TOO_FEW_RUNS']);
  });

  it('is refuted early', () => {
    expect(verdictOf(CLAIM, ...times(2, 'broken'))).toEqual(['fail', 'CLAIM_REFUTED']);
  });

  it('says how many more runs are needed', () => {
    const [reason] = judgeRepetition(CLAIM, times(10, 'held')).reasons;
    expect(reason?.message).toBe(
      'held in 10 of 10 runs, claimed for 95 % of runs with 95 % confidence; at least 49 more must hold (59 in all where none fails)',
    );
  });

  it('counts a run of unknown end against it, and one that was no trial not at all', () => {
    expect(verdictOf(CLAIM, ...times(59, 'held'), run('open'))).toEqual(['inconclusive', 'TOO_FEW_RUNS']);
    expect(verdictOf(CLAIM, ...times(59, 'held'), run('uncounted'))).toEqual(['pass']);
  });

  it('bounds the recovery time by an order statistic, where no trial is without one', () => {
    const runs = Array.from({ length: 59 }, (_, index) => run('held', 1_000 * (index + 1)));
    expect(judgeRepetition(CLAIM, runs).remarks).toContain(
      '95 % of recoveries take at most 59.0 s, with 95 % confidence (rank 59 of 59)',
    );
    expect(judgeRepetition(CLAIM, [...runs.slice(1), run('held', null)]).remarks.join()).not.toContain('recoveries');
  });
});

describe('trialRunOf', () => {
  const judged = (verdict: 'pass' | 'fail' | 'inconclusive', faultProven: boolean, fault = 'chaosMesh') =>
    repeatedRunOf({
      runId: 'r',
      skippedBecause: null,
      leaks: [],
      cleanupErrors: [],
      judgement: { verdict, faultProven, reasons: [], recovery: null } as never,
      evidence: { scenario: { fault: { type: fault } }, gate: { held: true } } as never,
    }).trial;

  it('tells trials apart', () => {
    expect([judged('pass', true), judged('fail', true)]).toEqual(['held', 'broken']);
    expect([judged('inconclusive', true), judged('inconclusive', false)]).toEqual(['open', 'uncounted']);
    expect(judged('inconclusive', false, 'none')).toBe('open');
  });
});
