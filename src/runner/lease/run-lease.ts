import { KubernetesError, PreflightError, WaitTimeoutError } from '../../errors.ts';
import { holderOf, LAB_LEASE, usedBy } from '../../experiment/cluster-records/lab-lease.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube, KubeObject } from '../../ports/kube.ts';
import { type Look, waitUntil } from '../waiting/wait-until.ts';
import { LeaseHold } from './lease-hold.ts';

const JANITOR_MS = 120_000;
const LOOK_EVERY_MS = 1_000;
const HINT =
  'Wait for it to end. The janitor takes back what a killed run left and frees the lab within half a minute; ' +
  'where no janitor is at work: healproof cleanup';

export interface TakeOptions {
  readonly signal: AbortSignal;
  note(message: string): void;
}

/**
 * A run's hold on the lab. A Lease that is abandoned is not free: what its run left has to be taken back first, and whoever
 * does that gives the lab back. So no run begins beside a fault of an earlier one, whatever any clock says.
 */
export class RunLease {
  readonly #kube: Kube;
  readonly #clock: Clock;
  readonly #hold: LeaseHold;

  constructor(kube: Kube, clock: Clock, runId: string) {
    this.#kube = kube;
    this.#clock = clock;
    this.#hold = new LeaseHold(kube, clock, { by: 'run', runId });
  }

  /** Aborts with the reason when the lab was taken away, which means that the run can no longer be trusted. */
  get lost(): AbortSignal {
    return this.#hold.lost;
  }

  /** Waits for the janitor, never for another run. @throws PreflightError when somebody has the lab. */
  async take(options: TakeOptions): Promise<void> {
    try {
      await this.#hold.take(await this.#whenFree(options));
    } catch (error: unknown) {
      if (error instanceof WaitTimeoutError) throw refusal(error.message, error);
      const isLate = error instanceof KubernetesError && error.status === 409;
      throw isLate ? refusal('somebody was faster to take this lab', error) : error;
    }
  }

  /** With something left of the run the lab is not free: it goes to the janitor. */
  release({ isClean }: { readonly isClean: boolean }): Promise<void> {
    return isClean ? this.#hold.release() : this.#hold.handOver();
  }

  #whenFree({ signal, note }: TakeOptions): Promise<KubeObject | null> {
    let isTold = false;
    const look = async (): Promise<Look<KubeObject | null>> => {
      const found = await this.#kube.get(LAB_LEASE);
      const holder = holderOf(found);
      if (holder === null) return { done: true, value: found };
      if (holder.by === 'run') throw refusal(usedBy(holder));
      if (!isTold) note(`${usedBy(holder)}: waiting for it`);
      isTold = true;
      return { done: false, seen: usedBy(holder) };
    };
    const times = { clock: this.#clock, timeoutMs: JANITOR_MS, everyMs: LOOK_EVERY_MS };
    return waitUntil(look, { ...times, what: 'the lab', signal, isTransient: () => false });
  }
}

function refusal(message: string, cause?: unknown): PreflightError {
  return new PreflightError(message, { hint: HINT, cause });
}
