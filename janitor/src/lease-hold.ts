import { LABELS } from '../../healer/src/names.ts';
import { AbortedError, KubernetesError } from '../../src/errors.ts';
import { DEAD_MAN } from '../../src/experiment/cluster-records/undo.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Kube, KubeObject, KubeRef } from '../../src/ports/kube.ts';
import type { LeaseSpec } from './lease-watch.ts';

export const LEASE: KubeRef = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: DEAD_MAN.namespace,
  name: DEAD_MAN.lease,
};

/** Six decimals: the API server refuses anything else for a Lease. */
function microTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '000Z');
}

/** Run that the janitor was reverting when it wrote this lease. */
export function runUnderRevert(lease: KubeObject | null): string | undefined {
  const runId = lease?.metadata.annotations?.[LABELS.run] ?? '';
  return runId === '' ? undefined : runId;
}

/** The janitor's hold on the lab's Lease. Every write carries the resourceVersion last seen, so a conflict means that it is lost. */
export class LeaseHold {
  readonly #kube: Kube;
  readonly #clock: Clock;
  #lease: KubeObject;

  private constructor(kube: Kube, clock: Clock, lease: KubeObject) {
    this.#kube = kube;
    this.#clock = clock;
    this.#lease = lease;
  }

  /** @throws KubernetesError 409 when somebody wrote the lease since `seen` was read. */
  static async take(kube: Kube, clock: Clock, seen: KubeObject | null, runId: string): Promise<LeaseHold> {
    const { apiVersion, kind, namespace, name } = LEASE;
    const now = microTime(clock.now());
    const spec: LeaseSpec = {
      holderIdentity: DEAD_MAN.janitorIdentity,
      leaseDurationSeconds: DEAD_MAN.leaseDurationSeconds,
      acquireTime: now,
      renewTime: now,
    };
    const annotations = { ...seen?.metadata.annotations, [LABELS.run]: runId };
    const lease =
      seen === null
        ? await kube.create({ apiVersion, kind, metadata: { namespace, name, annotations }, spec })
        : await kube.replace({ ...seen, metadata: { ...seen.metadata, annotations }, spec });
    return new LeaseHold(kube, clock, lease);
  }

  /** @throws AbortedError when it was taken away. */
  async renew(): Promise<void> {
    await this.#write({ ...(this.#lease.spec as LeaseSpec), renewTime: microTime(this.#clock.now()) });
  }

  async release(): Promise<void> {
    await this.#write({ ...(this.#lease.spec as LeaseSpec), holderIdentity: '' });
  }

  async #write(spec: LeaseSpec): Promise<void> {
    try {
      this.#lease = await this.#kube.replace({ ...this.#lease, spec });
    } catch (error: unknown) {
      const isLost = error instanceof KubernetesError && (error.status === 409 || error.status === 404);
      if (isLost) throw new AbortedError('somebody else wrote the lease while the janitor held it', { cause: error });
      throw error;
    }
  }
}
