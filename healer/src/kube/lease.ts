import type { Clock } from '../clock.ts';
import { describeError } from '../errors.ts';
import { KubeError } from './kube-error.ts';
import { type LeaseRecord, mayTake, type SeenLease, seeLease } from './lease-rules.ts';

/** A Lease as the elector reads and writes it. */
export interface StoredLease extends LeaseRecord {
  readonly transitions: number;
  readonly acquiredAt: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface LeaseWrite {
  readonly holder: string;
  readonly durationMs: number;
  readonly transitions: number;
  /** Keeps the time of acquisition when given. */
  readonly acquiredAt: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Where the lease lives. Writes carry the resource version that was read; a lost race is a KubeError 409. */
export interface LeaseApi {
  read(): Promise<StoredLease | undefined>;
  create(write: LeaseWrite): Promise<StoredLease>;
  replace(resourceVersion: string, write: LeaseWrite): Promise<StoredLease>;
}

/** The Leases of all replicas, by name. */
export interface LeaseFolder {
  list(): Promise<ReadonlyMap<string, StoredLease>>;
  lease(name: string): LeaseApi;
  /** Does nothing when there is none. */
  remove(name: string): Promise<void>;
}

export interface ElectorOptions {
  readonly api: LeaseApi;
  /** Unique for this process, not only for this pod. */
  readonly identity: string;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Shorter than the lease by more than the longest request, so that the holder stops before anyone else starts. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
  /** Notes that must survive a change of holder; written with every renewal. */
  readonly notes: { save(): Record<string, string>; load(annotations: Readonly<Record<string, string>>): void };
  readonly onChange: (holds: boolean, why: string) => void;
}

/** Takes, keeps and frees one Lease by client-go's rules, judged by the local monotonic clock alone. */
export class LeaseElector {
  readonly #options: ElectorOptions;
  #seen: SeenLease | undefined;
  /** What our last write left; undefined when nobody knows whether it was carried out. */
  #written: StoredLease | undefined;
  #renewedAtMs: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ElectorOptions) {
    this.#options = options;
  }

  /** True only while the last renewal, counted from when it was sent, is younger than the renew deadline. */
  holds(): boolean {
    const { clock, renewDeadlineMs } = this.#options;
    return this.#renewedAtMs !== undefined && clock.monotonicMs() - this.#renewedAtMs < renewDeadlineMs;
  }

  /** True until it is known that the lease was lost or not renewed in time; only `holds` allows to act. */
  remediations(): boolean {
    return this.#renewedAtMs !== undefined;
  }

  /** Takes note of the Lease as a list shows it; undefined when there is none. */
  observe(stored: StoredLease | undefined): void {
    if (this.#renewedAtMs !== undefined) return;
    this.#seen = stored === undefined ? undefined : seeLease(this.#seen, stored, this.#options.clock.monotonicMs());
  }

  /** Whether the Lease, as last seen, is free or was let lapse. */
  mayBeTaken(): boolean {
    const { clock, identity } = this.#options;
    return this.#seen === undefined || mayTake(this.#seen, identity, clock.monotonicMs());
  }

  /** Tries to take or keep the lease and writes the notes; true when that was confirmed by the server. */
  renew(): Promise<boolean> {
    const attempt = this.#turn.then(() => this.#attempt());
    this.#turn = attempt;
    return attempt;
  }

  /** Gives the lease up so that another replica can start at once; rejects when the server could not be told. */
  release(): Promise<void> {
    const freed = this.#turn.then(() => this.#free());
    this.#turn = freed.catch(() => undefined);
    return freed;
  }

  async #free(): Promise<void> {
    const { api, identity, notes } = this.#options;
    const held = this.#renewedAtMs !== undefined;
    this.#step(undefined, 'lease released');
    this.#written = undefined;
    const stored = held ? await api.read() : undefined;
    if (stored?.holder !== identity) return;
    const annotations = { ...stored.annotations, ...notes.save() };
    const freed = await api.replace(stored.resourceVersion, { ...stored, annotations, holder: '', durationMs: 1000 });
    this.#seen = seeLease(undefined, freed, this.#options.clock.monotonicMs());
  }

  async #attempt(): Promise<boolean> {
    const sentAtMs = this.#options.clock.monotonicMs();
    try {
      const won = (await this.#keep()) || (await this.#takeOrKeep());
      if (won) this.#step(sentAtMs, 'lease acquired');
      else this.#step(undefined, 'another replica holds the lease');
      return won;
    } catch (error) {
      if (!this.holds()) this.#step(undefined, `lease not renewed in time: ${describeError(error)}`);
      return false;
    }
  }

  /** Renews without a look, as nobody else may have written since our last write. */
  async #keep(): Promise<boolean> {
    const written = this.#written;
    this.#written = undefined;
    if (written === undefined || !this.holds()) return false;
    try {
      return this.#won(await this.#options.api.replace(written.resourceVersion, this.#renewal(written, true)));
    } catch (error) {
      if (error instanceof KubeError && (error.status === 409 || error.status === 404)) return false;
      throw error;
    }
  }

  async #takeOrKeep(): Promise<boolean> {
    const { api, identity, clock, leaseMs, notes } = this.#options;
    const stored = await api.read();
    if (stored === undefined) {
      const write = { holder: identity, durationMs: leaseMs, transitions: 0, acquiredAt: undefined };
      return this.#won(await api.create({ ...write, annotations: notes.save() }));
    }
    this.#seen = seeLease(this.#seen, stored, clock.monotonicMs());
    if (!mayTake(this.#seen, identity, clock.monotonicMs())) return false;
    // What this very process wrote before is older than what it knows.
    if (stored.holder !== identity) notes.load(stored.annotations);
    const mine = stored.holder === identity && this.#renewedAtMs !== undefined;
    try {
      return this.#won(await api.replace(stored.resourceVersion, this.#renewal(stored, mine)));
    } catch (error) {
      // Somebody wrote between our read and our write: they were first.
      if (error instanceof KubeError && error.status === 409) return false;
      throw error;
    }
  }

  #renewal(stored: StoredLease, mine: boolean): LeaseWrite {
    const { identity, leaseMs, notes } = this.#options;
    return {
      holder: identity,
      durationMs: leaseMs,
      transitions: stored.transitions + (mine ? 0 : 1),
      acquiredAt: mine ? stored.acquiredAt : undefined,
      annotations: { ...stored.annotations, ...notes.save() },
    };
  }

  #won(stored: StoredLease): true {
    this.#written = stored;
    this.#seen = seeLease(undefined, stored, this.#options.clock.monotonicMs());
    return true;
  }

  #step(renewedAtMs: number | undefined, why: string): void {
    const before = this.#renewedAtMs !== undefined;
    this.#renewedAtMs = renewedAtMs;
    if (before !== (renewedAtMs !== undefined)) this.#options.onChange(renewedAtMs !== undefined, why);
  }
}
