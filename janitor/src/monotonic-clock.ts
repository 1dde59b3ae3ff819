import { systemClock } from '../../src/adapters/system-clock/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** Epoch milliseconds at the start, counted on by a clock that nobody can set: a step of the wall clock expires no lease. */
export const monotonicClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: systemClock.sleep,
};
