import type { ProbeSeries } from './evidence.ts';
import { seconds } from './interval.ts';
import { courseOf, holdMs } from './stretch.ts';
import { trackOf } from './track.ts';

export interface ObservationState {
  readonly probes: readonly ProbeSeries[];
  /** Injection, or the begin of the observation where there is none, epoch ms. */
  readonly fromMs: number;
  /** Newest moment for which samples were asked, epoch ms. */
  readonly nowMs: number;
  readonly withinMs: number;
  readonly stableForMs: number;
}

export interface ObservationGoal {
  /** True when looking longer cannot change what is known. */
  readonly reached: boolean;
  /** A short sentence on where things stand. */
  readonly seen: string;
}

/**
 * Whether enough has been seen: steady again for long enough; never left tolerance for as long as a recovery could have
 * taken and been verified; or certainly too late, with no recovery under way.
 */
export function observationGoal(state: ObservationState): ObservationGoal {
  const { probes, fromMs, nowMs, withinMs, stableForMs } = state;
  const tracks = probes.map((series) => trackOf(series, fromMs, nowMs));
  const course = courseOf(tracks, fromMs, stableForMs);
  const resolutionMs = Math.max(0, ...tracks.map((track) => track.resolutionMs));
  const hold = holdMs(tracks, stableForMs);
  const tooLateMs = fromMs + withinMs + 2 * resolutionMs;
  if (course.departedAtMs === null) {
    return { reached: nowMs >= fromMs + withinMs + hold, seen: 'steady state not left' };
  }
  if (course.stableSeenAtMs !== null) return { reached: true, seen: 'steady state back and stable' };
  const away = `left the steady state ${seconds(course.departedAtMs - fromMs)} after the injection`;
  const backSinceMs = tracks.map((track) => track.points.findLast((point) => point.state !== 'in')?.atMs ?? fromMs);
  const isBack = nowMs > Math.max(...backSinceMs);
  if (!isBack) return { reached: nowMs > tooLateMs, seen: away };
  return { reached: nowMs > tooLateMs + hold, seen: 'back in tolerance, waiting for it to last' };
}
