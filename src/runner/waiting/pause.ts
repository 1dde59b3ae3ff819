import type { Clock } from '../../ports/clock.ts';

/** Sleeps; a signal that fires ends it early and is no error, so that a loop can end by its own condition. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error: unknown) {
    if (!signal.aborted) throw error;
  }
}
