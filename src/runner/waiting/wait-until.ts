import { HarnessError, WaitTimeoutError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** What one look found: done with a value, or not yet and why. */
export type Look<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly seen: string };

export interface WaitOptions {
  readonly clock: Clock;
  readonly what: string;
  readonly timeoutMs: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Errors that may pass by themselves; everything else ends the wait at once. */
  readonly isTransient?: (error: unknown) => boolean;
}

/** A connection refused, a conflict, too many requests or a server error may be different the next time. */
export function isTransientError(error: unknown): boolean {
  if (!(error instanceof HarnessError)) return false;
  if (error.code === 'METRICS') return true;
  if (error.code !== 'KUBERNETES') return false;
  const status = error.details.status;
  return status === undefined || status === 409 || status === 429 || (typeof status === 'number' && status >= 500);
}

/**
 * The one waiting loop. Looks at once, then every `everyMs` until `look` is done.
 * @throws WaitTimeoutError with the last observation; the signal's reason when aborted.
 */
export async function waitUntil<T>(look: () => Promise<Look<T>>, options: WaitOptions): Promise<T> {
  const { clock, what, timeoutMs, everyMs, signal, isTransient = isTransientError } = options;
  const startedAtMs = clock.now();
  let seen = 'nothing yet';
  while (true) {
    signal.throwIfAborted();
    try {
      const found = await look();
      if (found.done) return found.value;
      seen = found.seen;
    } catch (error: unknown) {
      if (!isTransient(error)) throw error;
      seen = error instanceof Error ? error.message : String(error);
    }
    if (clock.now() - startedAtMs + everyMs > timeoutMs) {
      throw new WaitTimeoutError(what, clock.now() - startedAtMs, seen);
    }
    await clock.sleep(everyMs, signal);
  }
}

/**
 * Calls `begin` at every multiple of `everyMs` (epoch ms) until the signal fires, without waiting for what it begins.
 * Times that are over when their turn comes are left out. @throws the signal's reason.
 */
export async function atAlignedTimes(
  begin: (atMs: number) => void,
  { clock, everyMs, signal }: { readonly clock: Clock; readonly everyMs: number; readonly signal: AbortSignal },
): Promise<never> {
  let nextMs = Math.ceil(clock.now() / everyMs) * everyMs;
  while (true) {
    signal.throwIfAborted();
    const leftMs = nextMs - clock.now();
    if (leftMs > 0) await clock.sleep(leftMs, signal);
    // A timer may fire a little early.
    else if (-leftMs < everyMs) begin(nextMs);
    if (leftMs <= 0) nextMs += everyMs;
  }
}
