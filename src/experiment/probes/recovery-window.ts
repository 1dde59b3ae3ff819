import type { Instant } from '../evidence/evidence.ts';
import { type CombinedState, combine, type SampleState, type TimeSeries } from './time-series.ts';

/** How the probes left tolerance and came back, as far as the samples show. */
export interface Course {
  /** First time at or after the start at which a probe was seen out of tolerance. */
  readonly departedAtMs: number | null;
  /** The true moment cannot be earlier than this; null while nothing departed. */
  readonly restoredNotBeforeMs: number | null;
  /** Start of the first stretch seen in tolerance that lasted; null where there is none yet. */
  readonly restoredSeenAtMs: number | null;
  /** The sample that completes that stretch. */
  readonly stableSeenAtMs: number | null;
  /** First departure after it had been stable. */
  readonly relapsedAtMs: number | null;
}

/**
 * How long a stretch must be seen in tolerance, ms: `stableFor`, but never less than the slowest probe's resolution,
 * because before that its samples may still show the time before the departure.
 */
export function holdMs(timeSeries: readonly Pick<TimeSeries, 'resolutionMs'>[], stableForMs: number): number {
  return Math.max(stableForMs, ...timeSeries.map((track) => track.resolutionMs));
}

/** Follows all probes from `startMs` (epoch ms) on. */
export function courseOf(timeSeries: readonly TimeSeries[], startMs: number, stableForMs: number): Course {
  const moments = combine(timeSeries).filter((moment) => moment.atMs >= startMs);
  const departed = moments.findIndex((moment) => moment.state === 'out');
  if (departed < 0) return NEVER_LEFT;
  const hold = holdMs(timeSeries, stableForMs);
  const after = moments.slice(departed);
  const isLong: Lasts = (fromMs, toMs) => toMs - fromMs >= hold;
  const seen = firstRecoveryWindow(after, isLong, isIn);
  const possible = firstRecoveryWindow(after, isLong, isNotOut, true);
  return {
    departedAtMs: after[0]?.atMs ?? null,
    restoredNotBeforeMs: notBefore(timeSeries, startMs, possible?.fromMs ?? Number.POSITIVE_INFINITY),
    restoredSeenAtMs: seen?.fromMs ?? null,
    stableSeenAtMs: seen?.toMs ?? null,
    relapsedAtMs: seen === null ? null : (after.find((m) => m.atMs > seen.toMs && m.state === 'out')?.atMs ?? null),
  };
}

export const NEVER_LEFT: Course = {
  departedAtMs: null,
  restoredNotBeforeMs: null,
  restoredSeenAtMs: null,
  stableSeenAtMs: null,
  relapsedAtMs: null,
};

export interface RecoveryWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Whether a stretch from one time to another (epoch ms) is long enough to count. */
export type Lasts = (fromMs: number, toMs: number) => boolean;

export const isIn = (state: SampleState): boolean => state === 'in';
export const isNotOut = (state: SampleState): boolean => state !== 'out';

/** `openEnd`: a stretch that observation cut short counts as one that would have lasted. */
export function firstRecoveryWindow(
  moments: readonly CombinedState[],
  lasts: Lasts,
  accepts: (state: SampleState) => boolean,
  openEnd = false,
): RecoveryWindow | null {
  let fromMs: number | null = null;
  for (const { atMs, state } of moments) {
    if (!accepts(state)) fromMs = null;
    else {
      fromMs ??= atMs;
      if (lasts(fromMs, atMs)) return { fromMs, toMs: atMs };
    }
  }
  const lastMs = moments.at(-1)?.atMs;
  return openEnd && fromMs !== null && lastMs !== undefined ? { fromMs, toMs: lastMs } : null;
}

/**
 * A probe that was still seen out at time t had not truly come back by t − (resolution − step): had it, the sample would
 * have shown it. All probes must be back, so the latest of these bounds holds.
 */
export function notBefore(timeSeries: readonly TimeSeries[], startMs: number, beforeMs: number): number {
  const bounds = timeSeries.flatMap((track) => {
    const out = track.points.findLast((p) => p.state === 'out' && p.atMs >= startMs && p.atMs < beforeMs);
    return out === undefined ? [] : [out.atMs + track.stepMs - track.resolutionMs];
  });
  return Math.max(startMs, ...bounds);
}

/** The moment of restoration; null until it was seen. */
export function restoredAt(course: Course): Instant | null {
  if (course.restoredSeenAtMs === null || course.restoredNotBeforeMs === null) return null;
  return {
    earliestMs: Math.min(course.restoredNotBeforeMs, course.restoredSeenAtMs),
    latestMs: course.restoredSeenAtMs,
  };
}
