import { AbortedError, KubernetesError, messageOf, PreflightError } from '../../errors.ts';
import { DEAD_MAN } from '../../experiment/cluster-records/undo.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube, KubeObject, KubeRef } from '../../ports/kube.ts';

const LEASE: KubeRef = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: DEAD_MAN.namespace,
  name: DEAD_MAN.lease,
};

interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly renewTime?: string | null;
  readonly leaseDurationSeconds?: number;
}

/** Six decimals: the API server refuses anything else for a Lease. */
function microTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '000Z');
}

/**
 * Holds the lab's one Lease for the length of a run. While it is renewed the janitor keeps still; a runner that finds it
 * taken has been away too long, and its run can no longer be trusted: `lost` fires.
 */
export class RunLease {
  readonly #kube: Kube;
  readonly #clock: Clock;
  readonly #runId: string;
  readonly #lost = new AbortController();
  readonly #stop = new AbortController();
  #held: KubeObject | null = null;
  #renewing: Promise<void> = Promise.resolve();

  constructor(kube: Kube, clock: Clock, runId: string) {
    this.#kube = kube;
    this.#clock = clock;
    this.#runId = runId;
  }

  /** Aborts with the reason when the Lease was taken away. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** @throws PreflightError when another run holds the lab. */
  async take(): Promise<void> {
    const found = await this.#kube.get(LEASE);
    const holder = specOf(found)?.holderIdentity ?? '';
    if (found !== null && holder !== '' && this.#isFresh(found)) {
      throw new PreflightError(`run ${holder} is using this lab`, {
        hint: 'Wait for it to end; a run that was killed is reverted by the janitor within half a minute.',
      });
    }
    this.#held = await this.#write(found);
    this.#renewing = this.#keepRenewing();
  }

  async release(): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    const found = await this.#kube.get(LEASE);
    if (found === null || specOf(found)?.holderIdentity !== this.#runId) return;
    await this.#kube.patch(LEASE, { spec: { holderIdentity: '' } });
  }

  #isFresh(lease: KubeObject): boolean {
    const renewedAtMs = Date.parse(specOf(lease)?.renewTime ?? '');
    // An abandoned Lease belongs to the janitor until it has reverted that run, which can take a while.
    const graceMs = specOf(lease)?.holderIdentity === DEAD_MAN.janitorIdentity ? 300_000 : 60_000;
    return this.#clock.now() - renewedAtMs < graceMs;
  }

  #write(before: KubeObject | null): Promise<KubeObject> {
    const now = microTime(this.#clock.now());
    const spec = {
      holderIdentity: this.#runId,
      leaseDurationSeconds: DEAD_MAN.leaseDurationSeconds,
      acquireTime: now,
      renewTime: now,
    };
    const { apiVersion, kind, namespace, name } = LEASE;
    if (before === null) return this.#kube.create({ apiVersion, kind, metadata: { namespace, name }, spec });
    return this.#kube.replace({ ...before, spec });
  }

  async #keepRenewing(): Promise<void> {
    let renewedAtMs = this.#clock.now();
    while (!this.#stop.signal.aborted && !this.#lost.signal.aborted) {
      try {
        await this.#clock.sleep(DEAD_MAN.renewEveryMs, this.#stop.signal);
        await this.#renew();
        renewedAtMs = this.#clock.now();
      } catch (error: unknown) {
        if (this.#stop.signal.aborted) return;
        this.#judge(error, this.#clock.now() - renewedAtMs);
      }
    }
  }

  /** The resourceVersion makes sure that nobody touched the Lease since we last did. */
  async #renew(): Promise<void> {
    if (this.#held === null) return;
    const spec = { ...specOf(this.#held), renewTime: microTime(this.#clock.now()) };
    this.#held = await this.#kube.replace({ ...this.#held, spec });
  }

  #judge(error: unknown, silentMs: number): void {
    const wasTaken = error instanceof KubernetesError && (error.status === 409 || error.status === 404);
    if (wasTaken || silentMs > DEAD_MAN.leaseDurationSeconds * 1000) {
      const why = wasTaken
        ? 'somebody else wrote the lease of this run'
        : `the lease could not be renewed for ${silentMs} ms`;
      this.#lost.abort(new AbortedError(`${why}: ${messageOf(error)}`));
    }
  }
}

function specOf(lease: KubeObject | null): LeaseSpec | undefined {
  return lease?.spec as LeaseSpec | undefined;
}
