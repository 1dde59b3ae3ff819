import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../src/ports/clock.ts';

/** Longer than any single request or pause of the loop. */
const DEAF_AFTER_MS = 60_000;
const BLIND_AFTER_MS = 15_000;

/** Whether the dead-man switch would work if it were needed now. */
export class VitalSigns {
  readonly #clock: Clock;
  readonly #lastLook: Gauge;
  readonly #reverts: Counter<'outcome'>;
  readonly #reverting: Gauge;
  #movedAtMs: number;
  #lookedAtMs = -Infinity;
  #isReverting = false;

  constructor(registry: Registry, clock: Clock) {
    const registers = [registry];
    this.#clock = clock;
    this.#movedAtMs = clock.steadyMs();
    this.#lastLook = new Gauge({
      name: 'janitor_last_look_timestamp_seconds',
      help: 'When the Lease of the lab was last read.',
      registers,
    });
    this.#reverts = new Counter({
      name: 'janitor_reverts_total',
      help: 'Abandoned runs, by whether they were taken back.',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of ['done', 'interrupted']) this.#reverts.inc({ outcome }, 0);
    this.#reverting = new Gauge({
      name: 'janitor_reverting',
      help: '1 while an abandoned run is being taken back.',
      registers,
    });
  }

  /** The clock that the janitor's work is to use: each pause shows that it still moves. */
  get clock(): Clock {
    return {
      now: () => this.#clock.now(),
      steadyMs: () => this.#clock.steadyMs(),
      sleep: (ms, signal) => {
        this.#movedAtMs = this.#clock.steadyMs();
        return this.#clock.sleep(ms, signal);
      },
    };
  }

  looked(): void {
    this.#lookedAtMs = this.#clock.steadyMs();
    this.#lastLook.set(this.#clock.now() / 1000);
  }

  async reverting(work: Promise<void>): Promise<void> {
    this.#isReverting = true;
    this.#reverting.set(1);
    let outcome = 'interrupted';
    try {
      await work;
      outcome = 'done';
    } finally {
      this.#reverts.inc({ outcome });
      this.#isReverting = false;
      this.#reverting.set(0);
    }
  }

  isAlive(): boolean {
    return this.#clock.steadyMs() - this.#movedAtMs < DEAF_AFTER_MS;
  }

  /** Reads the Lease, or reverts a run right now: both are what it is for. */
  isReady(): boolean {
    return this.isAlive() && (this.#isReverting || this.#clock.steadyMs() - this.#lookedAtMs < BLIND_AFTER_MS);
  }
}
