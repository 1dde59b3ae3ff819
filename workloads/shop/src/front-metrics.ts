import { Counter, Gauge, type Registry } from 'prom-client';
import type { Outcome } from './get.ts';
import type { RotationChange } from './rotation.ts';

const OUTCOMES: readonly Outcome[] = ['ok', 'error', 'timeout'];

/** What a front end knows about each back end it calls. Series exist only for back ends that are, or just were, in rotation. */
export class FrontMetrics {
  readonly #calls: Counter<'replica' | 'outcome'>;
  readonly #backends: Gauge;
  readonly #lookups: Counter<'outcome'>;
  readonly #known = new Set<string>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.#calls = new Counter({
      name: 'shop_backend_requests_total',
      help: 'Calls to a back-end pod, by how they ended for the caller.',
      labelNames: ['replica', 'outcome'],
      registers,
    });
    this.#backends = new Gauge({ name: 'shop_backends', help: 'Back-end pods in rotation.', registers });
    this.#lookups = new Counter({
      name: 'shop_lookups_total',
      help: 'Questions to the name service, by whether it answered.',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of ['ok', 'error']) this.#lookups.inc({ outcome }, 0);
  }

  call(replica: string, outcome: Outcome): void {
    if (this.#known.has(replica)) this.#calls.inc({ replica, outcome });
  }

  rotated(change: RotationChange, size: number): void {
    for (const replica of change.joined) this.#begin(replica);
    for (const replica of change.forgotten) this.#end(replica);
    this.#backends.set(size);
    this.#lookups.inc({ outcome: 'ok' });
  }

  lookupFailed(): void {
    this.#lookups.inc({ outcome: 'error' });
  }

  /** Counters start at 0 before the first call: a rate sees the first failure only as an increase. */
  #begin(replica: string): void {
    this.#known.add(replica);
    for (const outcome of OUTCOMES) this.#calls.inc({ replica, outcome }, 0);
  }

  #end(replica: string): void {
    this.#known.delete(replica);
    for (const outcome of OUTCOMES) this.#calls.remove({ replica, outcome });
  }
}
