import { describe, expect, it } from 'vitest';
import { PROBE, sample, samples, series, T0 } from '../../../test/fixtures/evidence-builder.ts';
import type { Sample } from '../evidence/evidence.ts';
import { combine, timeSeriesOf } from './time-series.ts';

const text = (own: readonly Sample[], fromMs: number, toMs: number): string =>
  timeSeriesOf(series(own), T0 + fromMs, T0 + toMs)
    .points.map((point) => `${(point.atMs - T0) / 1000}:${point.problem ?? point.state}`)
    .join(' ');

describe('trackOf', () => {
  it('judges each sample by the tolerance', () => {
    expect(
      text(
        samples(0, 2_000, 1_000, (ms) => (ms === 1_000 ? 1 : 0)),
        0,
        2_000,
      ),
    ).toBe('0:in 1:out 2:in');
  });

  it.each([
    ['no value', sample(1_000, null), 'NO_DATA'],
    ['NaN', sample(1_000, Number.NaN), 'NOT_A_NUMBER'],
    ['infinity', sample(1_000, Number.POSITIVE_INFINITY), 'NOT_A_NUMBER'],
    ['minus infinity', sample(1_000, Number.NEGATIVE_INFINITY), 'NOT_A_NUMBER'],
    ['a stale value', sample(1_000, 0, 'STALE_DATA'), 'STALE_DATA'],
    ['two series', sample(1_000, null, 'AMBIGUOUS'), 'AMBIGUOUS'],
    ['a failed query', sample(1_000, null, 'QUERY_FAILED'), 'QUERY_FAILED'],
  ])('takes %s for unknown', (_name, odd, problem) => {
    expect(text([sample(0, 0), odd, sample(2_000, 0)], 0, 2_000)).toBe(`0:in 1:${problem} 2:in`);
  });

  it('fills holes at the start, in the middle and at the end with unknowns', () => {
    expect(text([sample(3_000, 0), sample(4_000, 0), sample(7_000, 0)], 0, 10_000)).toBe(
      '0:NO_DATA 3:in 4:in 5:NO_DATA 7:in 8:NO_DATA',
    );
  });

  it('is unknown throughout without samples, and without a usable step', () => {
    expect(text([], 0, 5_000)).toBe('0:NO_DATA');
    const own = samples(0, 5_000, 1_000, () => 0);
    for (const stepMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(timeSeriesOf(series(own, { stepMs }), T0, T0 + 5_000).points.map((point) => point.state)).toEqual([
        'unknown',
      ]);
  });

  it('leaves out what was not asked for and sorts the rest', () => {
    expect(text([sample(2_000, 0), sample(9_000, 1), sample(1_000, 0), sample(-1_000, 1)], 1_000, 2_000)).toBe(
      '1:in 2:in',
    );
  });

  it('counts the same answer for one time once and believes neither of two different ones', () => {
    expect(text([sample(0, 0), sample(0, 0), sample(1_000, 0)], 0, 1_000)).toBe('0:in 1:in');
    expect(text([sample(0, 0), sample(0, 0.1), sample(1_000, 0)], 0, 1_000)).toBe('0:AMBIGUOUS 1:in');
    expect(text([sample(0, 0), sample(0, null, 'NO_DATA')], 0, 0)).toBe('0:NO_DATA');
  });
});

describe('combine', () => {
  const track = (name: string, own: readonly Sample[], stepMs = 1_000) =>
    timeSeriesOf(series(own, { probe: { ...PROBE, name }, stepMs }), T0, T0 + 3_000);
  const states = (...timeSeries: ReturnType<typeof track>[]): string =>
    combine(timeSeries)
      .map((moment) => `${(moment.atMs - T0) / 1000}:${moment.state}`)
      .join(' ');

  it('is in only where all are in and out as soon as one is out', () => {
    const a = track(
      'a',
      samples(0, 3_000, 1_000, (ms) => (ms === 1_000 ? 1 : 0)),
    );
    const b = track(
      'b',
      samples(0, 3_000, 1_000, (ms) => (ms === 2_000 ? 1 : 0)),
    );
    expect(states(a, b)).toBe('0:in 1:out 2:out 3:in');
  });

  it('is unknown where one is unknown and none is out', () => {
    const a = track(
      'a',
      samples(0, 3_000, 1_000, (ms) => (ms === 1_000 ? 1 : 0)),
    );
    const b = track('b', [
      sample(0, 0),
      sample(1_000, null, 'NO_DATA'),
      sample(2_000, null, 'NO_DATA'),
      sample(3_000, 0),
    ]);
    expect(states(a, b)).toBe('0:in 1:out 2:unknown 3:in');
  });

  it('brings different grids onto one line', () => {
    const a = track(
      'a',
      samples(0, 3_000, 1_500, () => 0),
      1_500,
    );
    const b = track(
      'b',
      samples(0, 3_000, 1_000, (ms) => (ms === 2_000 ? 1 : 0)),
    );
    expect(states(a, b)).toBe('0:in 1:in 1.5:in 2:out 3:in');
  });

  it('knows nothing without a probe', () => {
    expect(combine([])).toEqual([]);
  });
});
