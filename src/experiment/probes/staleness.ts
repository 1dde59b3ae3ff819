import type { Sample } from '../evidence/evidence.ts';
import type { RawSeries } from '../evidence/raw-series.ts';

/** A newest point that is older than this many scrapes says nothing about now. */
export const STALE_AFTER_SCRAPES = 3;

/** Marks samples as stale for whose time some selector's newest raw point is too old. */
export function markStale(
  samples: readonly Sample[],
  selectors: readonly { readonly selector: string; readonly series: readonly RawSeries[] }[],
  scrapeIntervalMs: number,
): Sample[] {
  const limitMs = STALE_AFTER_SCRAPES * scrapeIntervalMs;
  const newest = selectors.map(({ selector, series }) => ({ selector, times: timesOf(series) }));
  return samples.map((sample) => {
    if (sample.problem !== null) return sample;
    const stale = newest.find(({ times }) => sample.atMs - newestBefore(times, sample.atMs) > limitMs);
    if (stale === undefined) return sample;
    const ageMs = sample.atMs - newestBefore(stale.times, sample.atMs);
    const detail = `the newest point of ${stale.selector} is ${(ageMs / 1000).toFixed(1)} s old`;
    return { atMs: sample.atMs, value: null, problem: 'STALE_DATA', detail };
  });
}

function timesOf(series: readonly RawSeries[]): number[] {
  return series.flatMap(({ points }) => points.map((point) => point.atMs)).sort((a, b) => a - b);
}

function newestBefore(sortedTimesMs: readonly number[], atMs: number): number {
  return sortedTimesMs.findLast((timeMs) => timeMs <= atMs) ?? Number.NEGATIVE_INFINITY;
}
