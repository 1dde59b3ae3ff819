import type { StoredLease } from '../kube/lease.ts';
import { type SeenLease, seeLease } from '../kube/lease-rules.ts';

/** Annotation on a member's Lease: `"false"` while its watches are stale, so that the others do its work. */
export const FIT = 'healproof.dev/fit';

/** A member that has been silent for this many lease durations is not coming back. */
const FORGET_AFTER = 10;

/** The replicas that are alive, by the Lease that each of them renews for itself. */
export class Members {
  readonly #seen = new Map<string, { readonly lease: StoredLease; readonly seen: SeenLease }>();

  see(leases: ReadonlyMap<string, StoredLease>, monotonicMs: number): void {
    for (const name of this.#seen.keys()) if (!leases.has(name)) this.#seen.delete(name);
    for (const [name, lease] of leases) {
      this.#seen.set(name, { lease, seen: seeLease(this.#seen.get(name)?.seen, lease, monotonicMs) });
    }
  }

  /** Identities among which the shards are shared out: the fit ones, or all when none is fit. */
  sharing(monotonicMs: number, self: string, selfFit: boolean): string[] {
    const others = [...this.#seen.values()].filter(
      ({ lease, seen }) =>
        lease.holder !== '' && lease.holder !== self && monotonicMs - seen.changedAtMs <= lease.durationMs,
    );
    const fit = others.filter(({ lease }) => lease.annotations[FIT] !== 'false');
    if (selfFit) return [self, ...fit.map(({ lease }) => lease.holder)];
    return fit.length > 0 ? fit.map(({ lease }) => lease.holder) : [self, ...others.map(({ lease }) => lease.holder)];
  }

  /** Names of the Leases that nobody will renew any more. */
  longGone(monotonicMs: number): string[] {
    return [...this.#seen].flatMap(([name, { lease, seen }]) =>
      monotonicMs - seen.changedAtMs > FORGET_AFTER * Math.max(1_000, lease.durationMs) ? [name] : [],
    );
  }
}
