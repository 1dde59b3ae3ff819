/** What a Lease says, in numbers. */
export interface LeaseRecord {
  readonly holder: string;
  readonly durationMs: number;
  /** StatusChanges with every write; only compared for equality. */
  readonly resourceVersion: string;
}

/** A Lease record and the local monotonic time at which it was first seen in this form. */
export interface SeenLease {
  readonly record: LeaseRecord;
  readonly changedAtMs: number;
}

/** Remembers when a record last changed; clocks of other machines are never read. */
export function seeLease(before: SeenLease | undefined, record: LeaseRecord, monotonicMs: number): SeenLease {
  const same = before?.record.resourceVersion === record.resourceVersion;
  return same && before !== undefined ? before : { record, changedAtMs: monotonicMs };
}

/** Whether `identity` may take or keep the lease now. */
export function mayTake(seen: SeenLease, identity: string, monotonicMs: number): boolean {
  const { holder, durationMs } = seen.record;
  return holder === '' || holder === identity || monotonicMs - seen.changedAtMs > durationMs;
}
