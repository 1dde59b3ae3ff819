import { describe, expect, it } from 'vitest';
import { alignedTimes, samplesAt } from './interpret.ts';

const one = (value: number, atMs = 1_000) => ({ labels: {}, points: [{ atMs, value }] });

describe('an answer of Prometheus', () => {
  it.each([
    ['one finite number is a value', [one(3)], 3, null],
    ['zero is a value', [one(0)], 0, null],
    ['nothing is no data', [], null, 'NO_DATA'],
    ['a point at another time is no data', [one(3, 2_000)], null, 'NO_DATA'],
    ['two series are ambiguous', [one(1), one(1)], null, 'AMBIGUOUS'],
    ['NaN is not a number', [one(Number.NaN)], null, 'NOT_A_NUMBER'],
    ['infinity is not a number', [one(Number.POSITIVE_INFINITY)], null, 'NOT_A_NUMBER'],
  ])('%s', (_case, series, value, problem) => {
    expect(samplesAt([1_000], series)[0]).toMatchObject({ atMs: 1_000, value, problem });
  });

  it('is asked for at aligned times only', () => {
    expect(alignedTimes(1_500, 4_100, 1_000)).toEqual([2_000, 3_000, 4_000]);
    expect(alignedTimes(4_100, 4_900, 1_000)).toEqual([]);
  });
});
