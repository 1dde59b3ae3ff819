import {
  type Course,
  courseOf,
  firstStretch,
  holdMs,
  isIn,
  isNotOut,
  type Lasts,
  NEVER_LEFT,
  notBefore,
} from '../probes/recovery-window.ts';
import { combine, type Moment, type Track } from '../probes/time-series.ts';

/** How the probes did after each of several faults, and after all of them. */
export interface Courses {
  readonly each: readonly Course[];
  /** Left with the first departure, restored and stable only after the last fault. */
  readonly whole: Course;
}

/**
 * `startsMs`: when the faults were asked for, in order. `watchUntilMs`: as long as the last fault has time to bite and be
 * recovered from. What the probes show after it may be another fault's doing until then. All in epoch ms.
 */
export function coursesOf(
  tracks: readonly Track[],
  startsMs: readonly number[],
  stableForMs: number,
  watchUntilMs: number,
): Courses {
  const [firstMs = Number.NaN] = startsMs;
  const first = courseOf(tracks, firstMs, stableForMs);
  if (startsMs.length < 2) return { each: [first], whole: first };
  const moments = combine(tracks);
  const hold = holdMs(tracks, stableForMs);
  const each = startsMs.map((startMs, index) => {
    const own = moments.filter((moment) => moment.atMs >= startMs);
    const nextMs = startsMs[index + 1];
    return nextMs === undefined
      ? lastCourse(tracks, own, startMs, hold, watchUntilMs)
      : earlierCourse(tracks, own, startMs, hold, nextMs);
  });
  const whole = { ...(each.at(-1) ?? NEVER_LEFT), departedAtMs: first.departedAtMs };
  return { each, whole: whole.departedAtMs === null ? NEVER_LEFT : whole };
}

/**
 * Of a fault that another follows: back with the first stretch that begins after all departures before that one came. A
 * return that the next fault cut short may have been one for good; whoever is still out when it comes is not back yet.
 */
function earlierCourse(
  tracks: readonly Track[],
  own: readonly Moment[],
  startMs: number,
  hold: number,
  nextMs: number,
): Course {
  const departed = own.find(({ state }) => state === 'out');
  const lastOut = own.findLastIndex(({ atMs, state }) => state === 'out' && atMs < nextMs);
  const rest = own.slice(lastOut + 1);
  const [first] = rest;
  const isLong: Lasts = (fromMs, toMs) => toMs - fromMs >= hold;
  const seen = firstStretch(rest, isLong, isIn);
  if (departed === undefined || (lastOut < 0 && seen !== null && seen.fromMs === first?.atMs)) return NEVER_LEFT;
  const isCutShort = first !== undefined && first.atMs < nextMs;
  const possibleMs = isCutShort ? first.atMs : firstStretch(rest, isLong, isNotOut, true)?.fromMs;
  return {
    departedAtMs: departed.atMs,
    restoredNotBeforeMs: notBefore(tracks, startMs, possibleMs ?? Number.POSITIVE_INFINITY),
    restoredSeenAtMs: seen?.fromMs ?? null,
    stableSeenAtMs: seen?.toMs ?? null,
    relapsedAtMs: null,
  };
}

/** Of the last fault: back for good, as far as its time reaches. A stretch that ends before was the calm before it bit. */
function lastCourse(
  tracks: readonly Track[],
  own: readonly Moment[],
  startMs: number,
  hold: number,
  watchUntilMs: number,
): Course {
  const lasts: Lasts = (fromMs, toMs) => toMs - fromMs >= hold && toMs >= watchUntilMs;
  const seen = firstStretch(own, lasts, isIn);
  const possible = firstStretch(own, lasts, isNotOut, true);
  return {
    departedAtMs: own.find(({ state }) => state === 'out')?.atMs ?? null,
    restoredNotBeforeMs: notBefore(tracks, startMs, possible?.fromMs ?? Number.POSITIVE_INFINITY),
    restoredSeenAtMs: seen?.fromMs ?? null,
    stableSeenAtMs: seen?.toMs ?? null,
    relapsedAtMs: seen === null ? null : (own.find((m) => m.atMs > seen.toMs && m.state === 'out')?.atMs ?? null),
  };
}
