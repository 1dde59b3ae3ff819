import { AbortedError, KubernetesError, messageOf } from '../../errors.ts';
import { LAB_LEASE, LEASE_TIMES, type LeaseHolder } from '../../experiment/cluster-records/lab-lease.ts';
import { isSameHold, leaseReleased, leaseRenewed, leaseTaken } from '../../experiment/cluster-records/lease-writes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube, KubeObject } from '../../ports/kube.ts';
import { pause } from '../waiting/pause.ts';

const { apiVersion, kind, namespace, name } = LAB_LEASE;
const NEW_LEASE: KubeObject = { apiVersion, kind, metadata: { namespace, name } };

/**
 * A hold on the lab's Lease, be it a run's or the janitor's: renewed until it is given back or lost. Every write carries the
 * resourceVersion last seen, so that a conflict tells of whoever else wrote it.
 */
export class LeaseHold {
  readonly #kube: Kube;
  readonly #clock: Clock;
  readonly #holder: LeaseHolder;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  readonly #over = AbortSignal.any([this.#lost.signal, this.#ended.signal]);
  #lease = NEW_LEASE;
  /** When the last renewal that arrived was sent; others cannot have seen it before. */
  #renewedAtMs = 0;
  #trouble = 'no answer';
  #renewal: Promise<void> = Promise.resolve();
  #keeping: Promise<unknown> = Promise.resolve();

  constructor(kube: Kube, clock: Clock, holder: LeaseHolder) {
    this.#kube = kube;
    this.#clock = clock;
    this.#holder = holder;
  }

  /** Aborts with the reason when somebody else has the Lease, or may think so: the holder's work has to end at once. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** @throws KubernetesError 409 when somebody wrote the Lease since `seen` was read. */
  async take(seen: KubeObject | null): Promise<void> {
    const sentAtMs = this.#clock.steadyMs();
    const taken = leaseTaken(seen ?? NEW_LEASE, this.#holder, this.#clock.now());
    this.#lease = await (seen === null ? this.#kube.create(taken) : this.#kube.replace(taken));
    this.#renewedAtMs = sentAtMs;
    this.#keeping = Promise.all([this.#keepRenewing(), this.#giveUpInTime()]);
  }

  /** One renewal at a time, or they would conflict with each other. @throws AbortedError when the Lease is lost. */
  renew(): Promise<void> {
    const renewal = this.#renewal.then(() => this.#renewNow());
    // Whoever asked for it is told that it failed; the next one is only to begin after it.
    this.#renewal = renewal.catch(() => undefined);
    return renewal;
  }

  /** Gives the Lease back, where it still is this holder's. */
  release(): Promise<void> {
    return this.#leave(leaseReleased);
  }

  /** Leaves the Lease to the janitor, for which it is time then to take the run back. */
  handOver(): Promise<void> {
    const { runId } = this.#holder;
    return this.#leave((lease) => leaseTaken(lease, { by: 'janitor', runId }, this.#clock.now()));
  }

  /** Keeps the Lease no longer, and does not give it back either: whoever comes next sees that the work was cut short. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#keeping;
  }

  async #leave(change: (lease: KubeObject) => KubeObject): Promise<void> {
    await this[Symbol.asyncDispose]();
    const found = await this.#kube.get(LAB_LEASE);
    if (found === null || !isSameHold(found, this.#lease)) return;
    await this.#kube.replace(change(found)).catch(unlessTaken);
  }

  async #renewNow(): Promise<void> {
    this.#lost.signal.throwIfAborted();
    const sentAtMs = this.#clock.steadyMs();
    try {
      this.#lease = await this.#kube.replace(leaseRenewed(this.#lease, this.#clock.now()));
      this.#renewedAtMs = sentAtMs;
    } catch (error: unknown) {
      this.#trouble = messageOf(error);
      if (!isTaken(error)) throw error;
      await this.#goOnIfOurs();
    }
  }

  /** What conflicts may be a renewal of our own whose answer never came. */
  async #goOnIfOurs(): Promise<void> {
    const found = await this.#kube.get(LAB_LEASE);
    if (found !== null && isSameHold(found, this.#lease)) this.#lease = found;
    else this.#lose('somebody else wrote the lease');
    this.#lost.signal.throwIfAborted();
  }

  async #keepRenewing(): Promise<void> {
    while (!this.#over.aborted) {
      await pause(this.#clock, LEASE_TIMES.renewEveryMs, this.#over);
      // The next one may get through; that none did is for `giveUpInTime` to see.
      if (!this.#over.aborted) await this.renew().catch(() => undefined);
    }
  }

  /** Beside the renewals, as one of them can hang for longer than the Lease lasts. */
  async #giveUpInTime(): Promise<void> {
    while (!this.#over.aborted) {
      const silentMs = this.#clock.steadyMs() - this.#renewedAtMs;
      if (silentMs >= LEASE_TIMES.giveUpAfterMs)
        this.#lose(`the lease could not be renewed for ${Math.round(silentMs)} ms`);
      else await pause(this.#clock, LEASE_TIMES.giveUpAfterMs - silentMs, this.#over);
    }
  }

  #lose(why: string): void {
    this.#lost.abort(new AbortedError(`${why}: ${this.#trouble}`));
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof KubernetesError && (error.status === 409 || error.status === 404);
}

function unlessTaken(error: unknown): void {
  if (!isTaken(error)) throw error;
}
