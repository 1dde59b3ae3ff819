import { exponentialBackoff } from '../kube/backoff.ts';
import type { WrittenEvent } from '../kube/event.ts';
import { KubeError } from '../kube/kube-error.ts';
import { pause } from '../kube/pause.ts';

export interface EventOutboxOptions {
  readonly write: (event: WrittenEvent) => Promise<void>;
  readonly onWritten: () => void;
  /** An Event will never be written; the log line about it remains. */
  readonly onLost: (event: WrittenEvent, error: unknown) => void;
  readonly attempts: number;
  readonly capacity: number;
}

/** Writes Events one after the other and in order, trying again while the server is away; acting never waits for it. */
export class EventOutbox {
  readonly #options: EventOutboxOptions;
  readonly #waiting: WrittenEvent[] = [];
  readonly #stop = new AbortController();
  #draining: Promise<void> | undefined;

  constructor(options: EventOutboxOptions) {
    this.#options = options;
  }

  put(event: WrittenEvent): void {
    if (this.#waiting.length >= this.#options.capacity) {
      this.#options.onLost(event, new Error('too many Events are waiting'));
      return;
    }
    this.#waiting.push(event);
    this.#draining ??= this.#drain();
  }

  /** Resolves when all is written or given up, at the latest after `withinMs`. */
  async flush(withinMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), withinMs);
    await this.#draining;
    clearTimeout(timer);
  }

  async #drain(): Promise<void> {
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      await this.#deliver(event);
    }
    this.#draining = undefined;
  }

  async #deliver(event: WrittenEvent): Promise<void> {
    const backoff = exponentialBackoff(100, 5_000);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#options.write(event);
        return this.#options.onWritten();
      } catch (error) {
        const hopeless = attempt >= this.#options.attempts || this.#stop.signal.aborted || !isTransient(error);
        if (hopeless) return this.#options.onLost(event, error);
        await pause(backoff.next(), this.#stop.signal);
      }
    }
  }
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof KubeError)) return false;
  return error.status === undefined || error.status === 429 || error.status >= 500;
}
