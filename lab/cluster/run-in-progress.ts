import type { Look, Wait } from '../../src/adapters/process/wait.ts';
import { PreflightError, WaitTimeoutError } from '../../src/errors.ts';
import { isLatelyRenewed, LAB_LEASE, LEASE_TIMES, usedBy } from '../../src/experiment/cluster-records/lab-lease.ts';
import { type LeaseState, LeaseWatch } from '../../src/experiment/cluster-records/lease-watch.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Kube, KubeObject } from '../../src/ports/kube.ts';

const LOOK_EVERY_MS = 500;
const UNSURE_MS = 2 * LEASE_TIMES.durationMs;

export interface LeaseReader {
  readonly clock: Clock;
  readonly wait: Wait;
  readonly signal: AbortSignal;
}

/** The Lease, and what it means. */
export interface LeaseFound {
  readonly lease: KubeObject | null;
  readonly state: LeaseState;
  /** False while a holder may be dead, or have another idea of the time. */
  readonly isSure: boolean;
}

/**
 * One look where the Lease is free or was renewed a moment ago; else it is watched until a renewal is seen, or was due for
 * too long. What cannot be seen counts as alive.
 */
export async function readLease(kube: Kube, { clock, wait, signal }: LeaseReader): Promise<LeaseFound> {
  const look = lookingAt(kube, clock);
  let found = await look();
  if (found.isSure) return found;
  const lookAgain = async (): Promise<Look<true>> => {
    found = await look();
    return found.isSure ? { done: true, value: true } : { done: false, seen: 'no renewal' };
  };
  try {
    await wait('a sign of life', lookAgain, { timeoutMs: UNSURE_MS, everyMs: LOOK_EVERY_MS, signal });
  } catch (error: unknown) {
    if (!(error instanceof WaitTimeoutError)) throw error;
  }
  return found;
}

function lookingAt(kube: Kube, clock: Clock): () => Promise<LeaseFound> {
  const watch = new LeaseWatch();
  return async () => {
    try {
      const lease = await kube.get(LAB_LEASE);
      const state = watch.see(lease, clock.steadyMs());
      const isSure = state.is !== 'held' || state.renewed || isLatelyRenewed(lease, clock.now());
      return { lease, state, isSure };
    } catch (error: unknown) {
      watch.blind();
      throw error;
    }
  };
}

/** The run that has the lab and may be alive. The janitor is none: it goes on wherever it was interrupted. */
export function runIn({ state }: LeaseFound): string | null {
  return state.is === 'held' && state.by === 'run' ? state.runId : null;
}

export async function runInProgress(kube: Kube, reader: LeaseReader): Promise<string | null> {
  return runIn(await readLease(kube, reader));
}

/** What is said when a lab is asked to change under a run. */
export function inUse(runId: string, hint = 'Wait for it to end, or stop it with Ctrl-C.'): PreflightError {
  return new PreflightError(usedBy({ by: 'run', runId }), { hint });
}
