import type { Clock } from '../clock.ts';
import { describeError } from '../errors.ts';
import { KubeError } from './kube-error.ts';
import { type LeaseRecord, mayTake, type SeenLease, seeLease } from './lease-rules.ts';
import { pause } from './pause.ts';

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

export interface ElectorOptions {
  readonly api: LeaseApi;
  /** Unique for this process, not only for this pod. */
  readonly identity: string;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Shorter than the lease by more than the longest request, so that the holder stops before anyone else starts. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
  /** Notes that must survive a change of leader; written with every renewal. */
  readonly notes: { save(): Record<string, string>; load(annotations: Readonly<Record<string, string>>): void };
  readonly onChange: (leader: boolean, why: string) => void;
}

/** Leader election on a Lease by client-go's rules, judged by the local monotonic clock alone. */
export class LeaseElector {
  readonly #options: ElectorOptions;
  #seen: SeenLease | undefined;
  #renewedAtMs: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #released = false;

  constructor(options: ElectorOptions) {
    this.#options = options;
  }

  /** True only while the last renewal, counted from when it was sent, is younger than the renew deadline. */
  isLeader(): boolean {
    const { clock, renewDeadlineMs } = this.#options;
    return this.#renewedAtMs !== undefined && clock.monotonicMs() - this.#renewedAtMs < renewDeadlineMs;
  }

  /** Runs until the signal aborts; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.renew();
      await pause(this.#options.retryMs * (0.9 + Math.random() * 0.2), signal);
    }
  }

  /** Tries to take or keep the lease and writes the notes; true when that was confirmed by the server. */
  renew(): Promise<boolean> {
    const attempt = this.#turn.then(() => this.#attempt());
    this.#turn = attempt;
    return attempt;
  }

  /** Gives the lease up so that another replica can start at once. */
  async release(): Promise<void> {
    this.#released = true;
    await this.#turn;
    const held = this.#renewedAtMs !== undefined;
    this.#step(undefined, 'lease released');
    const stored = held ? await this.#options.api.read() : undefined;
    if (stored?.holder !== this.#options.identity) return;
    await this.#options.api.replace(stored.resourceVersion, { ...stored, holder: '', durationMs: 1000 });
  }

  async #attempt(): Promise<boolean> {
    if (this.#released) return false;
    const sentAtMs = this.#options.clock.monotonicMs();
    try {
      const won = await this.#takeOrKeep();
      if (won) this.#step(sentAtMs, 'lease acquired');
      else this.#step(undefined, 'another replica holds the lease');
      return won;
    } catch (error) {
      if (!this.isLeader()) this.#step(undefined, `lease not renewed in time: ${describeError(error)}`);
      return false;
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
    const mine = stored.holder === identity && this.#renewedAtMs !== undefined;
    if (!mine) notes.load(stored.annotations);
    const write = {
      holder: identity,
      durationMs: leaseMs,
      transitions: stored.transitions + (mine ? 0 : 1),
      acquiredAt: mine ? stored.acquiredAt : undefined,
      annotations: { ...stored.annotations, ...notes.save() },
    };
    try {
      return this.#won(await api.replace(stored.resourceVersion, write));
    } catch (error) {
      // Somebody wrote between our read and our write: they were first.
      if (error instanceof KubeError && error.status === 409) return false;
      throw error;
    }
  }

  #won(stored: StoredLease): true {
    this.#seen = seeLease(undefined, stored, this.#options.clock.monotonicMs());
    return true;
  }

  #step(renewedAtMs: number | undefined, why: string): void {
    const before = this.#renewedAtMs !== undefined;
    this.#renewedAtMs = renewedAtMs;
    if (before !== (renewedAtMs !== undefined)) this.#options.onChange(renewedAtMs !== undefined, why);
  }
}
