import type { ProbeSeries, SampleProblem } from '../evidence/evidence.ts';
import { seconds } from '../evidence/interval.ts';
import { type TimeSeries, type TimeSeriesPoint, timeSeriesOf } from './time-series.ts';
import { toleranceText } from './tolerance-check.ts';

/** Whether the steady state may be called steady, and if not, what is in the way. */
export interface GateResult {
  readonly held: boolean;
  readonly detail: string;
  readonly problem: SampleProblem | null;
}

/** Every probe in tolerance for its `forMs` up to `atMs` (epoch ms), without a hole; unknown is not in tolerance. */
export function gateHeld(probes: readonly ProbeSeries[], atMs: number): GateResult {
  if (probes.length === 0) return { held: false, detail: 'there is no probe', problem: 'NO_DATA' };
  const results = probes.map((series) => probeHeld(series, atMs));
  const failed = results.filter((result) => !result.held);
  if (failed.length === 0)
    return { held: true, detail: results.map((result) => result.detail).join('; '), problem: null };
  return {
    held: false,
    detail: failed.map((result) => result.detail).join('; '),
    problem: failed.find((result) => result.problem !== null)?.problem ?? null,
  };
}

function probeHeld(series: ProbeSeries, atMs: number): GateResult {
  const { probe, stepMs } = series;
  const firstMs = Math.min(atMs, ...series.samples.map((sample) => sample.atMs));
  const track = timeSeriesOf(series, firstMs, atMs);
  const last = track.points.at(-1);
  if (last === undefined || last.state === 'unknown' || atMs - last.atMs > stepMs * 1.5)
    return problemAt(series, last?.problem ?? 'NO_DATA');
  if (last.state === 'out') {
    const detail = `${probe.name} is ${last.value}, wanted ${toleranceText(probe.tolerance)}`;
    return { held: false, detail, problem: null };
  }
  return heldFor(series, track, last);
}

function heldFor(series: ProbeSeries, track: TimeSeries, last: TimeSeriesPoint): GateResult {
  const { probe } = series;
  const breakIndex = track.points.findLastIndex((point) => point.state !== 'in');
  const since = track.points[breakIndex + 1] ?? last;
  const heldMs = last.atMs - since.atMs;
  const detail = `${probe.name} in tolerance for ${seconds(heldMs)} of ${seconds(probe.forMs)}`;
  const broken = track.points[breakIndex];
  return { held: heldMs >= probe.forMs, detail, problem: heldMs >= probe.forMs ? null : (broken?.problem ?? null) };
}

function problemAt(series: ProbeSeries, problem: SampleProblem): GateResult {
  const detail = series.samples.at(-1)?.detail;
  const why = detail === undefined ? problem : `${problem}: ${detail}`;
  return { held: false, detail: `${series.probe.name} is unknown (${why})`, problem };
}
