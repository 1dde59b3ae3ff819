import { describe, expect, it } from 'vitest';
import { sample, series, T0 } from '../../../test/fixtures/evidence-builder.ts';
import { timeSeriesOf } from '../probes/time-series.ts';
import type { ReasonCode } from '../result/reason-codes.ts';
import { ordered, silence, verdictOf } from './reasons.ts';

const reason = (code: ReasonCode, message = '') => ({ code, message });

describe('ordered', () => {
  it('puts what stopped the run before what was refuted, and that before what is not known', () => {
    const mixed = (['WITHIN_RESOLUTION', 'RECOVERY_EXCEEDED', 'NO_DATA', 'INTERRUPTED'] as const).map((code) =>
      reason(code),
    );
    expect(ordered(mixed).map(({ code }) => code)).toEqual([
      'INTERRUPTED',
      'RECOVERY_EXCEEDED',
      'NO_DATA',
      'WITHIN_RESOLUTION',
    ]);
  });

  it('keeps each reason once', () => {
    expect(ordered([reason('NO_DATA', 'a'), reason('NO_DATA', 'b'), reason('NO_DATA', 'a')])).toHaveLength(2);
  });
});

describe('verdictOf', () => {
  it.each([
    { reasons: [], verdict: 'pass' },
    { reasons: [reason('NOT_ABSORBED'), reason('NO_DATA')], verdict: 'fail' },
    { reasons: [reason('INTERRUPTED'), reason('NOT_ABSORBED')], verdict: 'inconclusive' },
  ])('is $verdict by the first reason', ({ reasons, verdict }) => {
    expect(verdictOf(reasons)).toBe(verdict);
  });
});

describe('silence', () => {
  const said = (points: readonly ReturnType<typeof sample>[], fromMs: number, toMs: number): string[] =>
    silence([timeSeriesOf(series(points), T0 - 5_000, T0 + 9_000)], T0 + fromMs, T0 + toMs).map(
      ({ message }) => message,
    );
  const steps = (...times: number[]) => times.map((ms) => sample(ms, 0));
  const all = Array.from({ length: 15 }, (_, index) => index * 1_000 - 5_000);

  it('says nothing where every moment was answered', () => {
    expect(said(steps(...all), 0, 9_000)).toEqual([]);
  });

  it('counts what is missing in the window and says since when', () => {
    const points = [...steps(...all.filter((ms) => ms !== 3_000)), sample(5_000, Number.NaN)].filter((one, _, every) =>
      one.value === 0 ? !every.some((other) => other.atMs === one.atMs && other.value !== 0) : true,
    );
    expect(said(points, 0, 9_000)).toEqual([
      'availability: NO_DATA 1 time, first 3.0 s into the decisive window',
      'availability: NOT_A_NUMBER 1 time, first 5.0 s into the decisive window',
    ]);
  });

  it('hears a hole that was open when the window began', () => {
    const points = steps(
      ...all.filter((ms) => ms < -1_000),
      -1_200,
      1_500,
      2_500,
      3_500,
      4_500,
      5_500,
      6_500,
      7_500,
      8_500,
    );
    expect(said(points, 0, 9_000)).toEqual([expect.stringMatching(/NO_DATA 1 time/)]);
  });

  it('does not mind what lies outside, but for the very end', () => {
    const points = steps(...all.filter((ms) => ms !== -4_000 && ms !== 6_000));
    expect(said(points, 0, 4_000)).toEqual([]);
    expect(said(points.slice(0, -2), 0, 4_000)).toEqual([expect.stringMatching(/NO_DATA/)]);
  });
});
