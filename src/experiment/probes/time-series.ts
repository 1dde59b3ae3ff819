import type { ProbeSeries, Sample, SampleProblem } from '../evidence/evidence.ts';
import { isInTolerance } from './tolerance-check.ts';

/** A sample says that its probe is in tolerance, out of it, or nothing at all. */
export type SampleState = 'in' | 'out' | 'unknown';

export interface TrackPoint {
  readonly atMs: number;
  readonly state: SampleState;
  /** Why it is unknown; null otherwise. */
  readonly problem: SampleProblem | null;
  readonly value: number | null;
}

/** A probe's samples in order, each judged, every hole filled with an unknown. */
export interface Track {
  readonly name: string;
  readonly stepMs: number;
  readonly resolutionMs: number;
  readonly points: readonly TrackPoint[];
}

/** All probes together at one time: out as soon as one is out, in only when all are in, else unknown. */
export interface Moment {
  readonly atMs: number;
  readonly state: SampleState;
}

/** What one sample says; a sample that carries both a value and a problem says nothing. */
function stateOf(sample: Sample, series: ProbeSeries): TrackPoint {
  const { atMs, value, problem } = sample;
  if (problem !== null) return unknownAt(atMs, problem);
  if (value === null || value === undefined) return unknownAt(atMs, 'NO_DATA');
  if (!Number.isFinite(value)) return unknownAt(atMs, 'NOT_A_NUMBER');
  return { atMs, state: isInTolerance(value, series.probe.tolerance) ? 'in' : 'out', problem: null, value };
}

/** Judges a series over the window for which data were asked for, ms; where none came it is unknown. */
export function trackOf(series: ProbeSeries, fromMs: number, toMs: number): Track {
  const { stepMs, resolutionMs } = series;
  const name = series.probe.name;
  // Without a usable step no hole could be told from a sample.
  if (!Number.isFinite(stepMs) || stepMs <= 0)
    return { name, stepMs, resolutionMs, points: [unknownAt(fromMs, 'NO_DATA')] };
  const asked = series.samples.filter((sample) => sample.atMs >= fromMs && sample.atMs <= toMs);
  const sorted = asked.map((sample) => stateOf(sample, series)).sort((a, b) => a.atMs - b.atMs);
  return { name, stepMs, resolutionMs, points: fillHoles(mergeTwins(sorted), stepMs, fromMs, toMs) };
}

/** Brings several tracks onto one time line. */
export function combine(tracks: readonly Track[]): Moment[] {
  const times = [...new Set(tracks.flatMap((track) => track.points.map((point) => point.atMs)))].sort((a, b) => a - b);
  const cursors = tracks.map((track) => ({ track, next: 0 }));
  return times.map((atMs) => ({ atMs, state: together(cursors.map((cursor) => advance(cursor, atMs))) }));
}

function advance(cursor: { readonly track: Track; next: number }, atMs: number): SampleState {
  const { points } = cursor.track;
  while ((points[cursor.next]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs) cursor.next += 1;
  return points[cursor.next - 1]?.state ?? 'unknown';
}

function together(states: readonly SampleState[]): SampleState {
  if (states.includes('out')) return 'out';
  return states.length > 0 && states.every((state) => state === 'in') ? 'in' : 'unknown';
}

function unknownAt(atMs: number, problem: SampleProblem): TrackPoint {
  return { atMs, state: 'unknown', problem, value: null };
}

/** Two answers for one time: the same answer counts once, different ones count as none. */
function mergeTwins(sorted: readonly TrackPoint[]): TrackPoint[] {
  const merged: TrackPoint[] = [];
  for (const point of sorted) {
    const last = merged.at(-1);
    if (last === undefined || last.atMs !== point.atMs) merged.push(point);
    else if (last.problem !== point.problem || last.value !== point.value)
      merged[merged.length - 1] = unknownAt(point.atMs, last.problem ?? point.problem ?? 'AMBIGUOUS');
  }
  return merged;
}

function fillHoles(points: readonly TrackPoint[], stepMs: number, fromMs: number, toMs: number): TrackPoint[] {
  const [first] = points;
  if (first === undefined) return [unknownAt(fromMs, 'NO_DATA')];
  const filled: TrackPoint[] = first.atMs - fromMs > stepMs ? [unknownAt(fromMs, 'NO_DATA')] : [];
  points.forEach((point, index) => {
    filled.push(point);
    const nextMs = points[index + 1]?.atMs ?? toMs;
    // Half a step of slack: a missing sample makes a gap of two steps, rounding one of a millisecond.
    if (nextMs - point.atMs > stepMs * 1.5) filled.push(unknownAt(point.atMs + stepMs, 'NO_DATA'));
  });
  return filled;
}
