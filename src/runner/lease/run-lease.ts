import { KubernetesError, PreflightError } from '../../errors.ts';
import { holderOf, LAB_LEASE, type LeaseHolder, usedBy } from '../../experiment/cluster-records/lab-lease.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube } from '../../ports/kube.ts';
import { LeaseHold } from './lease-hold.ts';

const HINT =
  'Wait for it to end. The janitor takes back what a killed run left and frees the lab within half a minute; ' +
  'where no janitor is at work: healproof cleanup';

/**
 * A run's hold on the lab. A Lease that is abandoned is not free: what its run left has to be taken back first, and whoever
 * does that gives the lab back. So no run begins beside a fault of an earlier one, whatever any clock says.
 */
export class RunLease {
  readonly #kube: Kube;
  readonly #hold: LeaseHold;

  constructor(kube: Kube, clock: Clock, runId: string) {
    this.#kube = kube;
    this.#hold = new LeaseHold(kube, clock, { by: 'run', runId });
  }

  /** Aborts with the reason when the lab was taken away, which means that the run can no longer be trusted. */
  get lost(): AbortSignal {
    return this.#hold.lost;
  }

  /** @throws PreflightError when somebody has the lab. */
  async take(): Promise<void> {
    const found = await this.#kube.get(LAB_LEASE);
    const holder = holderOf(found);
    if (holder !== null) throw refusal(holder);
    try {
      await this.#hold.take(found);
    } catch (error: unknown) {
      if (error instanceof KubernetesError && error.status === 409) throw refusal(null, error);
      throw error;
    }
  }

  release(): Promise<void> {
    return this.#hold.release();
  }
}

function refusal(holder: LeaseHolder | null, cause?: unknown): PreflightError {
  return new PreflightError(holder === null ? 'somebody was faster to take this lab' : usedBy(holder), {
    hint: HINT,
    cause,
  });
}
