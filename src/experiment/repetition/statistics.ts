/**
 * Exact statistics of repeated runs that either held or did not. Sources: Clopper and Pearson, Biometrika 26 (1934) for
 * the bounds; Wilks, Ann. Math. Statist. 12 (1941) for order statistics as bounds of a percentile; Ville (1939) and
 * Robbins, Ann. Math. Statist. 41 (1970) for tests that may be looked at after every run.
 */

/** A share of runs and how sure one wants to be of it, both within (0, 1). */
export interface ShareClaim {
  /** At least this share of all runs holds. */
  readonly share: number;
  readonly confidence: number;
}

/** Natural logarithm of n! for a whole n ≥ 0. */
function logFactorial(n: number): number {
  for (let next = logFactorials.length; next <= n; next += 1)
    logFactorials.push((logFactorials[next - 1] ?? 0) + Math.log(next));
  return logFactorials[n] ?? Number.NaN;
}
const logFactorials: number[] = [0];

/** Logarithm of the probability of exactly `successes` of `runs`. */
export function logBinomial(successes: number, runs: number, share: number): number {
  if (successes < 0 || successes > runs) return Number.NEGATIVE_INFINITY;
  const ways = logFactorial(runs) - logFactorial(successes) - logFactorial(runs - successes);
  const hits = successes === 0 ? 0 : successes * Math.log(share);
  const misses = runs === successes ? 0 : (runs - successes) * Math.log1p(-share);
  return ways + hits + misses;
}

/** Probability of at most `most` successes in `runs`. */
export function binomialAtMost(most: number, runs: number, share: number): number {
  if (most < 0) return 0;
  if (most >= runs) return 1;
  let sum = 0;
  for (let successes = 0; successes <= most; successes += 1) sum += Math.exp(logBinomial(successes, runs, share));
  return Math.min(1, sum);
}

/** Probability of at least `least` successes; summed by itself, because 1 − the rest would lose small values. */
export function binomialAtLeast(least: number, runs: number, share: number): number {
  if (least <= 0) return 1;
  let sum = 0;
  for (let successes = least; successes <= runs; successes += 1) sum += Math.exp(logBinomial(successes, runs, share));
  return Math.min(1, sum);
}

/** The share is at least this, with the given one-sided confidence. */
export function lowerBound(successes: number, runs: number, confidence: number): number {
  if (successes <= 0) return 0;
  // Rises with the share: where it reaches the error, a lower share would be too unlikely to give so many successes.
  return crossing((share) => binomialAtLeast(successes, runs, share) - (1 - confidence));
}

/** The share is at most this, with the given one-sided confidence. */
export function upperBound(successes: number, runs: number, confidence: number): number {
  if (successes >= runs) return 1;
  return crossing((share) => 1 - confidence - binomialAtMost(successes, runs, share));
}

/** Where a rising function of (0, 1) crosses zero. */
function crossing(rising: (share: number) => number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The fewest runs that can prove a claim: with every one of them holding. 59 for 95 % with 95 % confidence. */
export function fewestRuns({ share, confidence }: ShareClaim): number {
  const error = errorOf(confidence);
  let runs = Math.max(1, Math.floor(Math.log(error) / Math.log(share)) - 1);
  while (runs * Math.log(share) > Math.log(error) + ROUNDING) runs += 1;
  return runs;
}

/** 1 − 0.95 is not 0.05 to a computer. */
const ROUNDING = 1e-12;
const errorOf = (confidence: number): number => Math.max(1 - confidence, Number.EPSILON);

/**
 * The rank (1 = smallest) of the value among `runs` that is an upper bound of the percentile with the given confidence;
 * null where there are too few of them.
 */
export function rankOfUpperBound(runs: number, { share, confidence }: ShareClaim): number | null {
  for (let rank = 1; rank <= runs; rank += 1)
    if (binomialAtMost(rank - 1, runs, share) >= confidence - ROUNDING) return rank;
  return null;
}

/** What a series of runs says about a claim at this moment; may be asked after every run. */
export type Standing = 'proven' | 'refuted' | 'open';

/** Runs in which the claim held, in which it did not, and of which nobody knows. */
export interface Tally {
  readonly held: number;
  readonly broken: number;
  /** A fault was in, and yet nothing could be told: these count against whatever is to be shown. */
  readonly open: number;
}

/**
 * Two tests with an error of at most 1 − confidence each, however often one looks: the likelihood of the runs, averaged
 * over shares on one side of the claimed one, against their likelihood at the claimed share itself. Such a quotient
 * exceeds 1 / error with a probability of at most that error (Ville's inequality).
 */
export function standingOf(tally: Tally, claim: ShareClaim): Standing {
  const threshold = -Math.log(errorOf(claim.confidence)) - ROUNDING;
  const { held, broken, open } = tally;
  if (logEvidenceFor(held, broken + open, claim) >= threshold) return 'proven';
  return logEvidenceAgainst(held + open, broken, claim) >= threshold ? 'refuted' : 'open';
}

/**
 * Averaged over one point, a share of 1, and evenly over (share, 1). The point gets exactly the weight with which
 * `fewestRuns` clean runs prove the claim, as in a test of fixed size; the rest keeps it provable after a failure.
 */
function logEvidenceFor(held: number, broken: number, claim: ShareClaim): number {
  const { share, confidence } = claim;
  const runs = held + broken;
  const clean = fewestRuns(claim);
  const pointWeight = Math.min(1, Math.exp(clean * Math.log(share)) / errorOf(confidence));
  const point = broken === 0 ? pointWeight * Math.exp(-runs * Math.log(share)) : 0;
  const logEven =
    Math.log(binomialAtMost(held, runs + 1, share)) -
    Math.log1p(-share) -
    Math.log(runs + 1) -
    logBinomial(held, runs, share);
  return Math.log(point + (1 - pointWeight) * Math.exp(logEven));
}

/** Averaged evenly over (0, share). */
function logEvidenceAgainst(held: number, broken: number, { share }: ShareClaim): number {
  const runs = held + broken;
  return (
    Math.log(binomialAtLeast(held + 1, runs + 1, share)) -
    Math.log(share) -
    Math.log(runs + 1) -
    logBinomial(held, runs, share)
  );
}
