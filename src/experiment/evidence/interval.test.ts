import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceeds, fitsWithin, instant, seconds, spanBetween, widthMs } from './interval.ts';

describe('spanBetween', () => {
  it.each([
    { name: 'exact ends', from: instant(10), to: instant(25), skew: 0, lower: 15, upper: 15 },
    { name: 'wide ends', from: instant(10, 12), to: instant(20, 30), skew: 0, lower: 8, upper: 20 },
    { name: 'two clocks', from: instant(10, 12), to: instant(20, 30), skew: 3, lower: 5, upper: 23 },
    { name: 'overlapping ends', from: instant(10, 20), to: instant(15, 30), skew: 0, lower: 0, upper: 20 },
    { name: 'ends in the wrong order', from: instant(50), to: instant(20), skew: 0, lower: 0, upper: 0 },
  ])('takes the bounds of $name', ({ from, to, skew, lower, upper }) => {
    expect(spanBetween(from, to, skew)).toEqual({ lowerMs: lower, upperMs: upper });
  });

  it('contains the time between any two moments inside its ends, on clocks that differ by up to the skew', () => {
    const moment = fc.tuple(fc.nat(10_000), fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(moment, moment, fc.nat(500), fc.double({ min: -1, max: 1, noNaN: true }), (a, b, skew, drift) => {
        const at = ([start, width, part]: [number, number, number]): number => start + width * part;
        const from = instant(a[0], a[0] + a[1]);
        const to = instant(b[0] + 20_000, b[0] + 20_000 + b[1]);
        const trueMs = at(b) + 20_000 - at(a) + skew * drift;
        const span = spanBetween(from, to, skew);
        expect(span.lowerMs).toBeLessThanOrEqual(trueMs + 1e-6);
        expect(span.upperMs).toBeGreaterThanOrEqual(trueMs - 1e-6);
      }),
    );
  });
});

describe('limits', () => {
  it.each([
    { lowerMs: 1, upperMs: 5, fits: true, over: false },
    { lowerMs: 4, upperMs: 6, fits: false, over: false },
    { lowerMs: 5, upperMs: 5, fits: true, over: false },
    { lowerMs: 6, upperMs: 9, fits: false, over: true },
    { lowerMs: Number.NaN, upperMs: Number.NaN, fits: false, over: false },
  ])('judges $lowerMs … $upperMs against 5', ({ lowerMs, upperMs, fits, over }) => {
    expect(fitsWithin({ lowerMs, upperMs }, 5)).toBe(fits);
    expect(exceeds({ lowerMs, upperMs }, 5)).toBe(over);
  });
});

describe('instant', () => {
  it('keeps its ends in order', () => {
    expect(instant(9, 4)).toEqual({ earliestMs: 4, latestMs: 9 });
    expect(widthMs(instant(9, 4))).toBe(5);
  });

  it('is told in seconds', () => {
    expect(seconds(12_345)).toBe('12.3 s');
  });
});
