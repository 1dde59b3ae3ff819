import type { Logger } from 'pino';
import { describeError } from '../errors.ts';
import { exponentialBackoff } from '../kube/backoff.ts';
import type { KubeClient } from '../kube/client.ts';
import type { WrittenEvent } from '../kube/event.ts';
import { KubeError } from '../kube/kube-error.ts';
import { pause } from '../kube/pause.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';

const BOUNDS = { attempts: 60, capacity: 1_000 };

/** Writes Events one after the other and in order, trying again while the server is away; acting never waits for it. */
export class EventOutbox {
  readonly #api: Pick<KubeClient, 'createEvent'>;
  readonly #metrics: Pick<HealerMetrics, 'events'>;
  readonly #log: Pick<Logger, 'error'>;
  readonly #bounds: typeof BOUNDS;
  readonly #waiting: WrittenEvent[] = [];
  readonly #stop = new AbortController();
  #draining: Promise<void> | undefined;

  constructor(
    api: Pick<KubeClient, 'createEvent'>,
    metrics: Pick<HealerMetrics, 'events'>,
    log: Pick<Logger, 'error'>,
    bounds = BOUNDS,
  ) {
    this.#api = api;
    this.#metrics = metrics;
    this.#log = log;
    this.#bounds = bounds;
  }

  put(event: WrittenEvent): void {
    if (this.#waiting.length >= this.#bounds.capacity) {
      this.#lose(event, new Error('too many Events are waiting'));
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
        await this.#api.createEvent(event);
        this.#metrics.events.inc({ outcome: 'written' });
        return;
      } catch (error) {
        const hopeless = attempt >= this.#bounds.attempts || this.#stop.signal.aborted || !isTransient(error);
        if (hopeless) return this.#lose(event, error);
        await pause(backoff.next(), this.#stop.signal);
      }
    }
  }

  /** It will never be written; the log line about it remains. */
  #lose({ name, namespace }: WrittenEvent, error: unknown): void {
    this.#metrics.events.inc({ outcome: 'lost' });
    this.#log.error({ event: name, namespace }, `an Event was lost: ${describeError(error)}`);
  }
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof KubeError)) return false;
  return error.status === undefined || error.status === 429 || error.status >= 500;
}
