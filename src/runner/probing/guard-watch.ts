import { AbortedError, messageOf } from '../../errors.ts';
import type { GuardTrip, Sample } from '../../experiment/evidence/evidence.ts';
import { STALE_AFTER_SCRAPES } from '../../experiment/probes/staleness.ts';
import { isInTolerance, toleranceText } from '../../experiment/probes/tolerance-check.ts';
import type { RunnerPorts } from '../../ports/runner-ports.ts';
import type { AbortGuard } from '../../scenario/model/scenario.ts';
import { STEP_MS } from './probe-series.ts';

/** Half a step, so that a guard trips within two scrapes of what it watches for. */
const LOOK_EVERY_MS = STEP_MS / 2;

/** Looks after the guards from the gate to the end of the run, whatever else the run is doing. */
export class GuardWatch {
  readonly #guards: readonly AbortGuard[];
  readonly #ports: Pick<RunnerPorts, 'metrics' | 'clock'>;
  readonly #tripped = new AbortController();
  readonly #stop = new AbortController();
  readonly #trips: GuardTrip[] = [];
  #watching: Promise<void> = Promise.resolve();

  constructor(guards: readonly AbortGuard[], ports: Pick<RunnerPorts, 'metrics' | 'clock'>) {
    this.#guards = guards;
    this.#ports = ports;
  }

  /** Aborts as soon as a guard trips. */
  get tripped(): AbortSignal {
    return this.#tripped.signal;
  }

  get trips(): readonly GuardTrip[] {
    return this.#trips;
  }

  /** Returns after the first look: a guard that trips at once keeps the fault from being injected. */
  async begin(): Promise<void> {
    if (this.#guards.length === 0) return;
    await this.#tryToLook();
    this.#watching = this.#keepLooking();
  }

  async end(): Promise<void> {
    this.#stop.abort(new AbortedError('the run is over'));
    await this.#watching;
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted && !this.tripped.aborted) {
      await this.#tryToLook(() => this.#ports.clock.sleep(LOOK_EVERY_MS, signal));
    }
  }

  async #tryToLook(first: () => Promise<void> = async () => undefined): Promise<void> {
    try {
      await first();
      await this.#look();
    } catch (error: unknown) {
      if (!this.#stop.signal.aborted) this.#trip(this.#unwatchable(error));
    }
  }

  async #look(): Promise<void> {
    const { metrics, clock } = this.#ports;
    const toMs = Math.floor(clock.now() / STEP_MS) * STEP_MS;
    const trips = await Promise.all(
      this.#guards.map(async (guard) => {
        const reachMs = Math.max(guard.forMs, (STALE_AFTER_SCRAPES - 1) * STEP_MS);
        const samples = await metrics.range(guard.query, toMs - reachMs, toMs, STEP_MS, this.#stop.signal);
        const observation = tripObservation(guard, samples);
        return observation === null ? [] : [{ guard, atMs: toMs, observation }];
      }),
    );
    this.#trip(trips.flat());
  }

  /** A guard that nobody can look after any more is as good as tripped. */
  #unwatchable(error: unknown): GuardTrip[] {
    const atMs = this.#ports.clock.now();
    return this.#guards.map((guard) => ({ guard, atMs, observation: `cannot be watched: ${messageOf(error)}` }));
  }

  #trip(trips: readonly GuardTrip[]): void {
    const [first] = trips;
    if (first === undefined || this.tripped.aborted) return;
    this.#trips.push(...trips);
    this.#tripped.abort(new AbortedError(`a guard tripped: ${first.observation}`));
  }
}

/**
 * Why a guard trips on these samples, newest last, or null. It fails closed: what is not known counts as the condition
 * holding as long as the rest holds, and nothing known for three scrapes trips by itself.
 */
export function tripObservation({ query, condition, forMs }: AbortGuard, samples: readonly Sample[]): string | null {
  const newest = samples.slice(-STALE_AFTER_SCRAPES);
  if (newest.every(isUnknown)) {
    const last = newest.at(-1);
    return `no data for ${query}: ${last?.detail ?? last?.problem ?? 'nothing was answered'}`;
  }
  const window = samples.slice(-(Math.floor(forMs / STEP_MS) + 1));
  const known = window.filter((sample) => !isUnknown(sample));
  if (known.length === 0 || !known.every(({ value }) => isInTolerance(value, condition))) return null;
  return `${query} was ${known.at(-1)?.value}, ${toleranceText(condition)} for ${forMs / 1000} s`;
}

function isUnknown({ value, problem }: Sample): boolean {
  return problem !== null || value === null;
}
