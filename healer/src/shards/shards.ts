import type { Clock } from '../clock.ts';
import { describeError } from '../errors.ts';
import { LeaseElector, type LeaseFolder, type StoredLease } from '../kube/lease.ts';
import { type SeenLease, seeLease } from '../kube/lease-rules.ts';
import { pause } from '../kube/pause.ts';
import { fairShare, orderOfReach, shardOf } from './fair-share.ts';
import { FIT, Members } from './members.ts';
import type { ShardOwnership } from './ownership.ts';

export interface ShardsOptions {
  readonly folder: LeaseFolder;
  /** First part of the names of all Leases. */
  readonly prefix: string;
  /** Number of shards; the same on all replicas that may act. */
  readonly count: number;
  /** Unique for this process, not only for this pod. */
  readonly identity: string;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
  /** Notes that travel with each shard; those of other replicas' shards are loaded as they change. */
  readonly notes: {
    save(shard: number): Record<string, string>;
    load(shard: number, annotations: Readonly<Record<string, string>>): void;
  };
  /** False while this replica sees too little to do its work; others then get its share, if there are any. */
  readonly fit: () => boolean;
  readonly onChange: (shard: number, holds: boolean, why: string) => void;
  readonly onTrouble: (message: string) => void;
}

interface Shard {
  readonly index: number;
  readonly name: string;
  readonly elector: LeaseElector;
  /** Set while the shard is given away: nothing new is begun, and it is freed at this monotonic time. */
  freeAtMs: number | undefined;
  taking: boolean;
  loadedVersion: string | undefined;
}

/**
 * Shares the shards out among the replicas, by one Lease each. Everybody may know everything; only the holder of an
 * owner's shard acts on it. Replicas make themselves known by a Lease each of their own.
 */
export class Shards implements ShardOwnership {
  readonly #options: ShardsOptions;
  readonly #shards: readonly Shard[];
  readonly #memberName: string;
  readonly #member: LeaseElector;
  readonly #members = new Members();
  readonly #foreign = new Map<string, SeenLease>();
  #pending: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(options: ShardsOptions) {
    const { prefix, count, identity } = options;
    this.#options = options;
    this.#shards = Array.from({ length: count }, (_, index) => this.#createShard(index));
    this.#memberName = `${prefix}-member-${identity.slice(-8)}`;
    this.#member = new LeaseElector({
      ...options,
      api: options.folder.lease(this.#memberName),
      notes: { save: () => ({ [FIT]: String(options.fit()) }), load: () => undefined },
      onChange: () => undefined,
    });
  }

  /** Indices of the shards that this replica may act on now. */
  held(): number[] {
    return this.#shards.filter((shard) => this.#acts(shard)).map(({ index }) => index);
  }

  mayActOn(owner: string): boolean {
    const shard = this.#shardOf(owner);
    return shard !== undefined && this.#acts(shard);
  }

  /** After the own intent is stored, what the others intend is read: of two that share a limit one at least sees both. */
  async confirm(owner: string): Promise<boolean> {
    const shard = this.#shardOf(owner);
    if (shard === undefined || !this.#acts(shard) || !(await shard.elector.renew())) return false;
    const leases = await this.#list();
    if (leases === undefined) return false;
    this.#see(leases);
    return this.#acts(shard);
  }

  /** Runs until the signal aborts; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { retryMs } = this.#options;
    while (!signal.aborted) {
      await this.turn();
      await pause(retryMs * (0.9 + Math.random() * 0.2), signal);
    }
  }

  /** Renews what is held, looks at what the others hold, takes and gives. Never rejects. */
  async turn(): Promise<void> {
    if (this.#stopped) return;
    const held = this.#shards.filter((shard) => shard.elector.remediations() && shard.freeAtMs === undefined);
    const renewals = [this.#member, ...held.map(({ elector }) => elector)].map((elector) => elector.renew());
    const [leases] = await Promise.all([this.#list(), ...renewals]);
    if (this.#stopped) return;
    this.#freeGivenAway();
    if (leases === undefined) return;
    this.#see(leases);
    this.#balance();
  }

  /** Frees everything at once; nothing may be under way any more. Rejects when the server could not be told. */
  async release(): Promise<void> {
    this.#stopped = true;
    await this.#pending;
    const electors = this.#shards.map(({ elector }) => elector);
    const freed = await Promise.allSettled([...electors, this.#member].map((elector) => elector.release()));
    await this.#options.folder.remove(this.#memberName);
    const failed = freed.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  #createShard(index: number): Shard {
    const { folder, prefix, count, notes, onChange } = this.#options;
    const name = `${prefix}-shard-${index}-of-${count}`;
    const elector = new LeaseElector({
      ...this.#options,
      api: folder.lease(name),
      notes: { save: () => notes.save(index), load: (annotations) => notes.load(index, annotations) },
      onChange: (holds, why) => onChange(index, holds, why),
    });
    return { index, name, elector, freeAtMs: undefined, taking: false, loadedVersion: undefined };
  }

  #shardOf(owner: string): Shard | undefined {
    return this.#shards[shardOf(owner, this.#options.count)];
  }

  #acts({ elector, freeAtMs }: Shard): boolean {
    return freeAtMs === undefined && !this.#stopped && elector.holds();
  }

  async #list(): Promise<ReadonlyMap<string, StoredLease> | undefined> {
    try {
      return await this.#options.folder.list();
    } catch (error) {
      this.#options.onTrouble(describeError(error));
      return undefined;
    }
  }

  #see(leases: ReadonlyMap<string, StoredLease>): void {
    const { clock, prefix, count, notes } = this.#options;
    const nowMs = clock.monotonicMs();
    for (const shard of this.#shards) {
      const stored = leases.get(shard.name);
      shard.elector.observe(stored);
      const news = stored !== undefined && stored.resourceVersion !== shard.loadedVersion;
      if (!news || shard.elector.remediations() || shard.taking) continue;
      shard.loadedVersion = stored.resourceVersion;
      notes.load(shard.index, stored.annotations);
    }
    const startingWith = (start: string): [string, StoredLease][] =>
      [...leases].filter(([name]) => name.startsWith(`${prefix}-${start}-`));
    this.#members.see(new Map(startingWith('member')), nowMs);
    const foreign = new Map(startingWith('shard').filter(([name]) => !name.endsWith(`-of-${count}`)));
    for (const name of this.#foreign.keys()) if (!foreign.has(name)) this.#foreign.delete(name);
    for (const [name, lease] of foreign) this.#foreign.set(name, seeLease(this.#foreign.get(name), lease, nowMs));
  }

  #balance(): void {
    const { clock, identity, count, fit } = this.#options;
    const nowMs = clock.monotonicMs();
    const sharing = this.#members.sharing(nowMs, identity, fit());
    const share = this.#othersCountOtherwise(nowMs) ? 0 : fairShare(sharing, identity, count);
    const mine = this.#shards.filter(
      (shard) => shard.freeAtMs === undefined && (shard.elector.remediations() || shard.taking),
    );
    for (const shard of mine.slice(share)) this.#giveAway(shard, nowMs);
    const reachable = orderOfReach(sharing, identity, count)
      .flatMap((index) => this.#shards[index] ?? [])
      .filter((shard) => !mine.includes(shard) && shard.freeAtMs === undefined && shard.elector.mayBeTaken());
    for (const shard of reachable.slice(0, Math.max(0, share - mine.length))) this.#take(shard);
    for (const name of this.#members.longGone(nowMs)) this.#later(this.#options.folder.remove(name));
  }

  /** Replicas that share out another number of shards would act on the same owners: nothing is taken beside them. */
  #othersCountOtherwise(nowMs: number): boolean {
    const living = [...this.#foreign].find(
      ([, { record, changedAtMs }]) => record.holder !== '' && nowMs - changedAtMs <= record.durationMs,
    );
    if (living !== undefined) this.#options.onTrouble(`nothing is taken while ${living[0]} is held by another version`);
    return living !== undefined;
  }

  #take(shard: Shard): void {
    shard.taking = true;
    // Not awaited by the turn: a slow take must not delay the renewal of what is held.
    const taken = shard.elector.renew().finally(() => {
      shard.taking = false;
    });
    this.#later(taken);
  }

  /** Stops to act on a shard now and frees it once the longest request of before must have ended. */
  #giveAway(shard: Shard, nowMs: number): void {
    const { leaseMs, renewDeadlineMs } = this.#options;
    shard.freeAtMs = nowMs + (leaseMs - renewDeadlineMs);
  }

  #freeGivenAway(): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const shard of this.#shards) {
      if (shard.freeAtMs === undefined || nowMs < shard.freeAtMs) continue;
      const freed = shard.elector.release().finally(() => {
        shard.freeAtMs = undefined;
      });
      this.#later(freed);
    }
  }

  #later(work: Promise<unknown>): void {
    const told = work.catch((error: unknown) => this.#options.onTrouble(describeError(error)));
    this.#pending = Promise.all([this.#pending, told]);
  }
}
