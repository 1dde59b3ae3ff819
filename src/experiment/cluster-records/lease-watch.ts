import { durationMsOf, holderOf, type LeaseHolder, type MaybeLease } from './lab-lease.ts';

export type LeaseState =
  | { readonly is: 'free' }
  /** Its holder may well be alive; `renewed`: it was seen to renew. */
  | ({ readonly is: 'held'; readonly renewed: boolean } & LeaseHolder)
  /** Its holder was silent for too long: it is gone, and did not give the lab back. */
  | ({ readonly is: 'abandoned' } & LeaseHolder);

/**
 * Tells a living holder from a dead one. Only a local clock that nobody can set counts, from when the Lease was last seen
 * to change: clocks of other machines may be wrong. What could not be read proves nothing, so the time starts again after
 * a blind spell.
 */
export class LeaseWatch {
  #seen: { readonly record: string; readonly sinceMs: number; readonly renewed: boolean } | null = null;

  see(lease: MaybeLease, steadyMs: number): LeaseState {
    const record = JSON.stringify(lease?.spec ?? null);
    if (record !== this.#seen?.record) this.#seen = { record, sinceMs: steadyMs, renewed: this.#seen !== null };
    const holder = holderOf(lease);
    if (holder === null) return { is: 'free' };
    const isSilent = steadyMs - this.#seen.sinceMs > durationMsOf(lease);
    return isSilent ? { is: 'abandoned', ...holder } : { is: 'held', renewed: this.#seen.renewed, ...holder };
  }

  /** The Lease could not be read: its holder may have been unable to renew it for the same reason. */
  blind(): void {
    this.#seen = null;
  }
}
