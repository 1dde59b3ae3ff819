import type { Clock } from '../clock.ts';
import type { ReceivedAlert } from './payload.ts';

export interface FiringAlert {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startedAtMs: number;
  /** By the monotonic clock. */
  readonly heardAtMs: number;
}

export interface AlertStoreOptions {
  readonly clock: Clock;
  /** Alertmanager repeats what still fires; what it is silent about for this long is over, milliseconds. */
  readonly forgetAfterMs: number;
  /** A first word about an alert that began longer ago is not believed, milliseconds. */
  readonly oldAfterMs: number;
  readonly onChange: (labels: Readonly<Record<string, string>>) => void;
}

export type Reception = 'taken' | 'replayed' | 'old';

const KEPT = 5_000;

/** The alerts that fire now, as far as Alertmanager told. */
export class AlertStore {
  readonly #options: AlertStoreOptions;
  readonly #firing = new Map<string, FiringAlert>();
  /** When the last known stretch of an alert began that is over: the same stretch does not begin again. */
  readonly #over = new Map<string, number>();

  constructor(options: AlertStoreOptions) {
    this.#options = options;
  }

  receive(alert: ReceivedAlert): Reception {
    const { clock, oldAfterMs, onChange } = this.#options;
    const overSinceMs = this.#over.get(alert.fingerprint) ?? Number.NEGATIVE_INFINITY;
    if (alert.startedAtMs <= overSinceMs) return 'replayed';
    if (alert.resolved) {
      this.#end(alert.fingerprint, alert.startedAtMs);
      onChange(alert.labels);
      return 'taken';
    }
    const known = this.#firing.get(alert.fingerprint);
    if (known !== undefined && alert.startedAtMs < known.startedAtMs) return 'replayed';
    if (known === undefined && clock.nowMs() - alert.startedAtMs > oldAfterMs) return 'old';
    const { fingerprint, name, labels, startedAtMs } = alert;
    this.#firing.set(fingerprint, { name, labels, startedAtMs, heardAtMs: clock.monotonicMs() });
    if (known === undefined) onChange(labels);
    return 'taken';
  }

  /** The firing alerts of one name. */
  named(name: string): FiringAlert[] {
    this.#forget();
    return [...this.#firing.values()].filter((alert) => alert.name === name);
  }

  #forget(): void {
    const { clock, forgetAfterMs } = this.#options;
    for (const [fingerprint, { heardAtMs, startedAtMs }] of this.#firing) {
      if (clock.monotonicMs() - heardAtMs > forgetAfterMs) this.#end(fingerprint, startedAtMs);
    }
  }

  #end(fingerprint: string, startedAtMs: number): void {
    this.#firing.delete(fingerprint);
    this.#over.delete(fingerprint);
    this.#over.set(fingerprint, startedAtMs);
    for (const oldest of [...this.#over.keys()].slice(0, Math.max(0, this.#over.size - KEPT)))
      this.#over.delete(oldest);
  }
}
