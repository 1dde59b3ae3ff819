import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binomialAtLeast,
  binomialAtMost,
  fewestRuns,
  logBinomial,
  lowerBound,
  rankOfUpperBound,
  type ShareClaim,
  standingOf,
  upperBound,
} from './statistics.ts';

const claim = (percentile: number, confidence: number): ShareClaim => ({
  share: percentile / 100,
  confidence: confidence / 100,
});

describe('fewestRuns', () => {
  // Wilks (1941), as tabulated for one-sided tolerance limits (percentile, confidence, sample size).
  it.each([
    [95, 95, 59],
    [99, 95, 299],
    [90, 95, 29],
    [90, 90, 22],
    [95, 90, 45],
    [99, 90, 230],
    [90, 99, 44],
    [95, 99, 90],
    [99, 99, 459],
    [50, 50, 1],
    [50, 75, 2],
  ])('for %d %% with %d %% confidence is %d, as in the published table', (percentile, confidence, runs) => {
    expect(fewestRuns(claim(percentile, confidence))).toBe(runs);
  });

  it('is exactly what a series of clean runs needs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 99 }), fc.integer({ min: 50, max: 99 }), (percentile, confidence) => {
        const wanted = claim(percentile, confidence);
        const runs = fewestRuns(wanted);
        expect(standingOf({ held: runs, broken: 0, open: 0 }, wanted)).toBe('proven');
        if (runs > 1) expect(standingOf({ held: runs - 1, broken: 0, open: 0 }, wanted)).toBe('open');
      }),
    );
  });
});

describe('bounds', () => {
  // Two-sided 95 % intervals of Clopper and Pearson in Table I of Newcombe, Statistics in Medicine 17 (1998).
  it.each([
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0578, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ])('of %d in %d are those of the published table', (successes, runs, low, high) => {
    expect(lowerBound(successes, runs, 0.975)).toBeCloseTo(low, 4);
    expect(upperBound(successes, runs, 0.975)).toBeCloseTo(high, 4);
  });

  it('hold the true share at least as often as they promise, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.5, max: 0.99, noNaN: true }),
        (share, runs, confidence) => {
          let [below, above] = [0, 0];
          for (let successes = 0; successes <= runs; successes += 1) {
            const chance = Math.exp(logBinomial(successes, runs, share));
            if (lowerBound(successes, runs, confidence) <= share + 1e-9) below += chance;
            if (upperBound(successes, runs, confidence) >= share - 1e-9) above += chance;
          }
          expect(below).toBeGreaterThanOrEqual(confidence - 1e-9);
          expect(above).toBeGreaterThanOrEqual(confidence - 1e-9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('sum to one from both ends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.nat(400),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (runs, at, share) => {
          const most = at % runs;
          expect(binomialAtMost(most, runs, share) + binomialAtLeast(most + 1, runs, share)).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

describe('rankOfUpperBound', () => {
  // Sample sizes at which the largest, second largest, … value bounds the 95th percentile with 95 % confidence (Wilks).
  it.each([
    [59, 1],
    [93, 2],
    [124, 3],
    [153, 4],
    [181, 5],
    [208, 6],
  ])('of %d is the largest but %d, and of one less it is not', (runs, fromTop) => {
    expect(rankOfUpperBound(runs, claim(95, 95))).toBe(runs - fromTop + 1);
    const rankBefore = rankOfUpperBound(runs - 1, claim(95, 95));
    expect(rankBefore === null ? 0 : runs - 1 - rankBefore + 1).toBe(fromTop - 1);
  });
});

/** Exact probability that somebody who looks after each of `looks` runs ever finds this standing. */
function chanceOfEver(standing: 'proven' | 'refuted', trueShare: number, wanted: ShareClaim, looks: number): number {
  let alive = new Map([[0, 1]]);
  let ever = 0;
  for (let runs = 1; runs <= looks; runs += 1) {
    const next = new Map<number, number>();
    const add = (held: number, chance: number): void => {
      if (standingOf({ held, broken: runs - held, open: 0 }, wanted) === standing) ever += chance;
      else next.set(held, (next.get(held) ?? 0) + chance);
    };
    for (const [held, chance] of alive) {
      add(held + 1, chance * trueShare);
      add(held, chance * (1 - trueShare));
    }
    alive = new Map([...next].filter(([, chance]) => chance > 1e-12));
  }
  return ever;
}

describe('standingOf', () => {
  it.each([
    [95, 95],
    [90, 95],
    [80, 90],
    [50, 75],
  ])('errs no more often than it may on %d %% with %d %%, however often one looks', (percentile, confidence) => {
    const wanted = claim(percentile, confidence);
    expect(chanceOfEver('proven', wanted.share, wanted, 250)).toBeLessThanOrEqual(1 - wanted.confidence + 1e-9);
    expect(chanceOfEver('refuted', wanted.share, wanted, 250)).toBeLessThanOrEqual(1 - wanted.confidence + 1e-9);
  });

  it('errs less the farther the truth is on the other side', () => {
    const wanted = claim(90, 95);
    expect(chanceOfEver('proven', 0.85, wanted, 200)).toBeLessThan(chanceOfEver('proven', 0.9, wanted, 200));
    expect(chanceOfEver('refuted', 0.95, wanted, 200)).toBeLessThan(chanceOfEver('refuted', 0.9, wanted, 200));
  });

  it('finds the truth in the end', () => {
    const wanted = claim(90, 95);
    expect(chanceOfEver('proven', 0.99, wanted, 250)).toBeGreaterThan(0.9);
    expect(chanceOfEver('refuted', 0.6, wanted, 250)).toBeGreaterThan(0.99);
  });

  it('stays with what it said when more of the same comes, and never turns into its opposite by it', () => {
    const tallies = fc.record({ held: fc.nat(300), broken: fc.nat(30), open: fc.nat(5) });
    fc.assert(
      fc.property(tallies, fc.integer({ min: 1, max: 50 }), (tally, more) => {
        const wanted = claim(95, 95);
        const now = standingOf(tally, wanted);
        const better = standingOf({ ...tally, held: tally.held + more }, wanted);
        const worse = standingOf({ ...tally, broken: tally.broken + more }, wanted);
        if (now === 'proven') expect(better).toBe('proven');
        if (now === 'refuted') expect(worse).toBe('refuted');
        if (now !== 'refuted') expect(better).not.toBe('refuted');
        if (now !== 'proven') expect(worse).not.toBe('proven');
      }),
    );
  });

  it('counts what is not known against both sides', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(30), fc.integer({ min: 1, max: 20 }), (held, broken, open) => {
        const wanted = claim(95, 95);
        const standing = standingOf({ held, broken, open }, wanted);
        if (standing === 'proven') expect(standingOf({ held, broken: broken + open, open: 0 }, wanted)).toBe('proven');
        if (standing === 'refuted') expect(standingOf({ held: held + open, broken, open: 0 }, wanted)).toBe('refuted');
        if (standing === 'proven') expect(standingOf({ held: held + open, broken, open: 0 }, wanted)).toBe('proven');
      }),
    );
  });

  it.each([
    [{ held: 0, broken: 0, open: 0 }, 'open'],
    [{ held: 58, broken: 0, open: 0 }, 'open'],
    [{ held: 58, broken: 0, open: 1 }, 'open'],
    [{ held: 59, broken: 0, open: 0 }, 'proven'],
    [{ held: 59, broken: 1, open: 0 }, 'open'],
    [{ held: 0, broken: 2, open: 0 }, 'refuted'],
    [{ held: 0, broken: 1, open: 5 }, 'open'],
  ])('says of %j that 95/95 is %s', (tally, standing) => {
    expect(standingOf(tally, claim(95, 95))).toBe(standing);
  });
});
