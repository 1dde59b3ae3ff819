import { DEAD_MAN } from '../../src/experiment/cluster-records/undo.ts';
import type { KubeObject } from '../../src/ports/kube.ts';

export interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string | null;
  readonly renewTime?: string | null;
}

export type LeaseState =
  | { readonly is: 'free' }
  /** Some run holds it and may well be alive. */
  | { readonly is: 'held'; readonly runId: string }
  | { readonly is: 'abandoned'; readonly runId: string }
  /** This janitor, perhaps before a restart. */
  | { readonly is: 'ours' };

/**
 * Tells a living run from a dead one. Only the local clock counts, from when the record was last seen to change: clocks of
 * other machines may be wrong. What could not be read proves nothing, so the time starts again after a blind spell.
 */
export class LeaseWatch {
  #record: string | null = null;
  #unchangedSinceMs = 0;

  see(lease: KubeObject | null, nowMs: number): LeaseState {
    const spec = (lease?.spec ?? {}) as LeaseSpec;
    const record = JSON.stringify(spec);
    if (record !== this.#record) {
      this.#record = record;
      this.#unchangedSinceMs = nowMs;
    }
    const holder = spec.holderIdentity ?? '';
    if (holder === '') return { is: 'free' };
    if (holder === DEAD_MAN.janitorIdentity) return { is: 'ours' };
    const durationMs = (spec.leaseDurationSeconds ?? DEAD_MAN.leaseDurationSeconds) * 1000;
    return { is: nowMs - this.#unchangedSinceMs > durationMs ? 'abandoned' : 'held', runId: holder };
  }

  /** The lease could not be read: its holder may have been unable to renew it for the same reason. */
  blind(): void {
    this.#record = null;
  }
}
