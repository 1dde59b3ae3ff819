import type { Clock } from '../clock.ts';
import { describeError } from '../errors.ts';
import type { Policy } from '../policy/schema.ts';
import type { InstantQuery } from './prometheus.ts';

export interface BlockingOptions {
  readonly query: InstantQuery;
  readonly clock: Clock;
  /** An answer older than this counts as none, milliseconds. */
  readonly staleAfterMs: number;
}

/** What Prometheus fires, whichever way it is told of it. */
const QUERY = 'count by (alertname) (ALERTS{alertstate="firing"})';

/** Knows which alerts fire that a policy wants to be heeded. It asks only while some policy names one. */
export class BlockingAlerts {
  readonly #options: BlockingOptions;
  #firing: ReadonlySet<string> = new Set();
  #answeredAtMs: number | undefined;
  #trouble = 'Prometheus was not asked yet';
  #asking = false;

  constructor(options: BlockingOptions) {
    this.#options = options;
  }

  /** Asks once; never rejects. */
  async ask(policies: readonly Policy[]): Promise<void> {
    if (this.#asking || policies.every(({ blockingAlerts }) => blockingAlerts.length === 0)) return;
    this.#asking = true;
    const sentAtMs = this.#options.clock.monotonicMs();
    try {
      // No alert firing is an empty vector, and that is an answer.
      const samples = await this.#options.query(QUERY);
      this.#firing = new Set(samples.map(({ labels }) => labels.alertname ?? ''));
      this.#answeredAtMs = sentAtMs;
    } catch (error) {
      this.#trouble = describeError(error);
    }
    this.#asking = false;
  }

  /** Why a policy must not act; undefined when it is known that nothing it heeds is firing. */
  about({ name, blockingAlerts }: Pick<Policy, 'name' | 'blockingAlerts'>): string | undefined {
    if (blockingAlerts.length === 0) return undefined;
    const ageMs = this.#options.clock.monotonicMs() - (this.#answeredAtMs ?? Number.NEGATIVE_INFINITY);
    if (!(ageMs <= this.#options.staleAfterMs)) return `nobody knows which alerts fire: ${this.#trouble}`;
    const blocking = blockingAlerts.find((alert) => this.#firing.has(alert));
    return blocking === undefined ? undefined : `alert ${blocking} fires, which policy ${name} heeds`;
  }
}
