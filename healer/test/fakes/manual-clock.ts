import type { Clock } from '../../src/clock.ts';

/** Time that moves only when a test moves it. */
export class ManualClock implements Clock {
  #ms: number;
  readonly #epochMs: number;

  constructor(startMs = 0, epochMs = 1_700_000_000_000) {
    this.#ms = startMs;
    this.#epochMs = epochMs;
  }

  nowMs(): number {
    return this.#epochMs + this.#ms;
  }

  monotonicMs(): number {
    return this.#ms;
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}
