import { counted } from '../../counted.ts';
import type { Sample } from '../../experiment/evidence/evidence.ts';

/** One series as the query API gives it; instant vectors have one point. */
export interface SeriesPoints {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

/**
 * Turns what came back into one sample per asked time. A probe must yield exactly one finite number: nothing, several or
 * something that is not a number is a problem, never a value.
 */
export function samplesAt(timesMs: readonly number[], series: readonly SeriesPoints[]): Sample[] {
  const byTime = new Map<number, number[]>();
  for (const each of series) {
    for (const point of each.points) {
      const values = byTime.get(point.atMs) ?? [];
      values.push(point.value);
      byTime.set(point.atMs, values);
    }
  }
  return timesMs.map((atMs) => sampleOf(atMs, byTime.get(atMs) ?? []));
}

function sampleOf(atMs: number, values: readonly number[]): Sample {
  const [value] = values;
  if (value === undefined) return { atMs, value: null, problem: 'NO_DATA', detail: 'the query returned nothing' };
  if (values.length > 1) {
    return {
      atMs,
      value: null,
      problem: 'AMBIGUOUS',
      detail: `the query returned ${counted(values.length, 'sample')}`,
    };
  }
  if (!Number.isFinite(value)) return { atMs, value: null, problem: 'NOT_A_NUMBER', detail: `the value is ${value}` };
  return { atMs, value, problem: null };
}

/** The aligned times `fromMs, fromMs + stepMs, …` up to and including `toMs`. */
export function alignedTimes(fromMs: number, toMs: number, stepMs: number): number[] {
  const times: number[] = [];
  for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs <= toMs; atMs += stepMs) times.push(atMs);
  return times;
}
