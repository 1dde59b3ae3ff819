import { describe, expect, it } from 'vitest';
import { type Measured, nearestRank, trendsOf } from './trend.ts';

const span = (upperMs: number) => ({ lowerMs: upperMs - 500, upperMs });
const run = (upperMs: number | null, verdict: Measured['verdict'] = 'pass'): Measured => ({
  verdict,
  recovery: upperMs === null ? null : span(upperMs),
  phases: [{ phase: 'detect', took: upperMs === null ? null : span(upperMs / 2) }],
});

describe('a trend', () => {
  it('is made of the worse ends, in the order of the runs', () => {
    const [recovery, detect] = trendsOf([run(12_000), run(10_000), run(20_000, 'fail')]);
    expect(recovery).toEqual({
      what: 'recovery',
      upperMs: [12_000, 10_000, 20_000],
      n: 3,
      p50Ms: 12_000,
      p95Ms: 20_000,
    });
    expect(detect).toMatchObject({ what: 'detect', p50Ms: 6_000 });
  });

  it('leaves out runs that were not decided, and what was not measured', () => {
    expect(trendsOf([run(12_000, 'inconclusive'), run(null), run(9_000, null)])).toEqual([]);
  });

  it.each([
    [[], 0.5, null],
    [[7], 0.95, 7],
    [[1, 2], 0.5, 1],
    [[3, 1, 2], 0.5, 2],
    [Array.from({ length: 20 }, (_, index) => index + 1), 0.95, 19],
    [Array.from({ length: 19 }, (_, index) => index + 1), 0.95, 19],
  ])('of %j has the nearest rank at %d', (values, share, expected) => {
    expect(nearestRank(values, share)).toBe(expected);
  });
});
