import {
  type Course,
  courseOf,
  firstRecoveryWindow,
  holdMs,
  isIn,
  isNotOut,
  type Lasts,
  NEVER_LEFT,
  notBefore,
} from '../probes/recovery-window.ts';
import { type CombinedState, combine, type TimeSeries } from '../probes/time-series.ts';

/** How the probes did after each of several faults, and after all of them. */
export interface Courses {
  readonly each: readonly Course[];
  /** From the first departure of all to the recovery from the last fault. */
  readonly whole: Course;
}

/**
 * Times in epoch ms. `startsMs`: when each fault was asked for, in order. `watchUntilMs`: by then the last fault has had
 * time to show and to be recovered from; a calm that ends before may be one from before it showed.
 */
export function coursesOf(
  timeSeries: readonly TimeSeries[],
  startsMs: readonly number[],
  stableForMs: number,
  watchUntilMs: number,
): Courses {
  const [firstMs = Number.NaN] = startsMs;
  const first = courseOf(timeSeries, firstMs, stableForMs);
  if (startsMs.length < 2) return { each: [first], whole: first };
  const moments = combine(timeSeries);
  const hold = holdMs(timeSeries, stableForMs);
  const each = startsMs.map((startMs, index) => {
    const own = moments.filter((moment) => moment.atMs >= startMs);
    const nextMs = startsMs[index + 1];
    return nextMs === undefined
      ? lastCourse(timeSeries, own, startMs, hold, watchUntilMs)
      : earlierCourse(timeSeries, own, startMs, hold, nextMs);
  });
  const whole = { ...(each.at(-1) ?? NEVER_LEFT), departedAtMs: first.departedAtMs };
  return { each, whole: whole.departedAtMs === null ? NEVER_LEFT : whole };
}

/**
 * Of a fault that another one follows. Recovery begins after the last moment out of tolerance before the next fault. If the
 * next fault interrupts it, it may have been a lasting one, so it counts as the earliest possible recovery; while a probe is
 * still out when the next fault comes, there is none yet.
 */
function earlierCourse(
  timeSeries: readonly TimeSeries[],
  own: readonly CombinedState[],
  startMs: number,
  hold: number,
  nextMs: number,
): Course {
  const departed = own.find(({ state }) => state === 'out');
  const lastOut = own.findLastIndex(({ atMs, state }) => state === 'out' && atMs < nextMs);
  const rest = own.slice(lastOut + 1);
  const [first] = rest;
  const isLong: Lasts = (fromMs, toMs) => toMs - fromMs >= hold;
  const seen = firstRecoveryWindow(rest, isLong, isIn);
  if (departed === undefined || (lastOut < 0 && seen !== null && seen.fromMs === first?.atMs)) return NEVER_LEFT;
  const isCutShort = first !== undefined && first.atMs < nextMs;
  const possibleMs = isCutShort ? first.atMs : firstRecoveryWindow(rest, isLong, isNotOut, true)?.fromMs;
  return {
    departedAtMs: departed.atMs,
    restoredNotBeforeMs: notBefore(timeSeries, startMs, possibleMs ?? Number.POSITIVE_INFINITY),
    restoredSeenAtMs: seen?.fromMs ?? null,
    stableSeenAtMs: seen?.toMs ?? null,
    relapsedAtMs: null,
  };
}

/** Of the last fault. A calm that ends before `watchUntilMs` does not count: the fault may not have shown yet. */
function lastCourse(
  timeSeries: readonly TimeSeries[],
  own: readonly CombinedState[],
  startMs: number,
  hold: number,
  watchUntilMs: number,
): Course {
  const lasts: Lasts = (fromMs, toMs) => toMs - fromMs >= hold && toMs >= watchUntilMs;
  const seen = firstRecoveryWindow(own, lasts, isIn);
  const possible = firstRecoveryWindow(own, lasts, isNotOut, true);
  return {
    departedAtMs: own.find(({ state }) => state === 'out')?.atMs ?? null,
    restoredNotBeforeMs: notBefore(timeSeries, startMs, possible?.fromMs ?? Number.POSITIVE_INFINITY),
    restoredSeenAtMs: seen?.fromMs ?? null,
    stableSeenAtMs: seen?.toMs ?? null,
    relapsedAtMs: seen === null ? null : (own.find((m) => m.atMs > seen.toMs && m.state === 'out')?.atMs ?? null),
  };
}
