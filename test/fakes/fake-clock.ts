import type { Clock } from '../../src/ports/clock.ts';

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/**
 * Time that only moves when everybody sleeps: as soon as the work at hand has settled, the earliest sleeper wakes.
 * Nothing waits for real.
 */
export class FakeClock implements Clock {
  #steadyMs = 0;
  #startMs: number;
  #sleepers: Sleeper[] = [];

  constructor(startMs = 1_700_000_000_000) {
    this.#startMs = startMs;
  }

  now(): number {
    return this.#startMs + this.#steadyMs;
  }

  steadyMs(): number {
    return this.#steadyMs;
  }

  /** What somebody who sets the machine's clock does; no sleeper notices. */
  set(byMs: number): void {
    this.#startMs += byMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { wakeAtMs: this.#steadyMs + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      if (signal?.aborted === true) reject(signal.reason);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        reject(signal.reason);
      });
      setImmediate(() => this.#settle());
    });
  }

  /** Two turns of the event loop let pending promises run before time moves on. */
  #settle(): void {
    setImmediate(() => {
      this.#sleepers.sort((a, b) => a.wakeAtMs - b.wakeAtMs);
      const next = this.#sleepers.shift();
      if (next === undefined) return;
      this.#steadyMs = Math.max(this.#steadyMs, next.wakeAtMs);
      next.wake();
    });
  }
}
