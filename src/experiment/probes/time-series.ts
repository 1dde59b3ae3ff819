import type { ProbeSeries, Sample, SampleProblem } from '../evidence/evidence.ts';
import { isInTolerance } from './tolerance-check.ts';

/** A sample says that its probe is in tolerance, out of it, or nothing at all. */
export type SampleState = 'in' | 'out' | 'unknown';

export interface TimeSeriesPoint {
  readonly atMs: number;
  readonly state: SampleState;
  /** Why it is unknown; null otherwise. */
  readonly problem: SampleProblem | null;
  readonly value: number | null;
}

/** A probe's samples in order, each judged, every hole filled with an unknown. */
export interface TimeSeries {
  readonly name: string;
  readonly stepMs: number;
  readonly resolutionMs: number;
  readonly points: readonly TimeSeriesPoint[];
}

/** All probes together at one time: out as soon as one is out, in only when all are in, else unknown. */
export interface CombinedState {
  readonly atMs: number;
  readonly state: SampleState;
}

/** What one sample says; a sample that carries both a value and a problem says nothing. */
function stateOf(sample: Sample, series: ProbeSeries): TimeSeriesPoint {
  const { atMs, value, problem } = sample;
  if (problem !== null) return unknownAt(atMs, problem);
  if (value === null || value === undefined) return unknownAt(atMs, 'NO_DATA');
  if (!Number.isFinite(value)) return unknownAt(atMs, 'NOT_A_NUMBER');
  return { atMs, state: isInTolerance(value, series.probe.tolerance) ? 'in' : 'out', problem: null, value };
}

/** Judges a series over the window for which data were asked for, ms; where none came it is unknown. */
export function timeSeriesOf(series: ProbeSeries, fromMs: number, toMs: number): TimeSeries {
  const { stepMs, resolutionMs } = series;
  const name = series.probe.name;
  // Without a usable step no hole could be told from a sample.
  if (!Number.isFinite(stepMs) || stepMs <= 0)
    return { name, stepMs, resolutionMs, points: [unknownAt(fromMs, 'NO_DATA')] };
  const asked = series.samples.filter((sample) => sample.atMs >= fromMs && sample.atMs <= toMs);
  const sorted = asked.map((sample) => stateOf(sample, series)).sort((a, b) => a.atMs - b.atMs);
  return { name, stepMs, resolutionMs, points: fillHoles(mergeTwins(sorted), stepMs, fromMs, toMs) };
}

/** Brings several time series onto one time line. */
export function combine(timeSeries: readonly TimeSeries[]): CombinedState[] {
  const times = [...new Set(timeSeries.flatMap((track) => track.points.map((point) => point.atMs)))].sort(
    (a, b) => a - b,
  );
  const cursors = timeSeries.map((track) => ({ track, next: 0 }));
  return times.map((atMs) => ({ atMs, state: together(cursors.map((cursor) => advance(cursor, atMs))) }));
}

function advance(cursor: { readonly track: TimeSeries; next: number }, atMs: number): SampleState {
  const { points } = cursor.track;
  while ((points[cursor.next]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs) cursor.next += 1;
  return points[cursor.next - 1]?.state ?? 'unknown';
}

function together(states: readonly SampleState[]): SampleState {
  if (states.includes('out')) return 'out';
  return states.length > 0 && states.every((state) => state === 'in') ? 'in' : 'unknown';
}

function unknownAt(atMs: number, problem: SampleProblem): TimeSeriesPoint {
  return { atMs, state: 'unknown', problem, value: null };
}

/** Two answers for one time: the same answer counts once, different ones count as none. */
function mergeTwins(sorted: readonly TimeSeriesPoint[]): TimeSeriesPoint[] {
  const merged: TimeSeriesPoint[] = [];
  for (const point of sorted) {
    const last = merged.at(-1);
    if (last === undefined || last.atMs !== point.atMs) merged.push(point);
    else if (last.problem !== point.problem || last.value !== point.value)
      merged[merged.length - 1] = unknownAt(point.atMs, last.problem ?? point.problem ?? 'AMBIGUOUS');
  }
  return merged;
}

function fillHoles(
  points: readonly TimeSeriesPoint[],
  stepMs: number,
  fromMs: number,
  toMs: number,
): TimeSeriesPoint[] {
  const [first] = points;
  if (first === undefined) return [unknownAt(fromMs, 'NO_DATA')];
  const filled: TimeSeriesPoint[] = first.atMs - fromMs > stepMs ? [unknownAt(fromMs, 'NO_DATA')] : [];
  points.forEach((point, index) => {
    filled.push(point);
    const nextMs = points[index + 1]?.atMs ?? toMs;
    // Half a step of slack: a missing sample makes a gap of two steps, rounding one of a millisecond.
    if (nextMs - point.atMs > stepMs * 1.5) filled.push(unknownAt(point.atMs + stepMs, 'NO_DATA'));
  });
  return filled;
}
