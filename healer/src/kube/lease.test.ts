import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { KubeError } from './kube-error.ts';
import { type LeaseApi, LeaseElector, type LeaseWrite, type StoredLease } from './lease.ts';

/** One Lease in memory that can refuse, be slow or be written by others. */
class MemoryLease implements LeaseApi {
  stored: StoredLease | undefined;
  down = false;
  beforeReplace: () => void = () => undefined;
  #version = 0;

  async read(): Promise<StoredLease | undefined> {
    this.#answer();
    return this.stored;
  }

  async create(write: LeaseWrite): Promise<StoredLease> {
    this.#answer();
    if (this.stored !== undefined) throw new KubeError('create', { status: 409 });
    return this.#write(write);
  }

  async replace(resourceVersion: string, write: LeaseWrite): Promise<StoredLease> {
    this.beforeReplace();
    this.#answer();
    if (this.stored?.resourceVersion !== resourceVersion) throw new KubeError('replace', { status: 409 });
    return this.#write(write);
  }

  touch(): void {
    if (this.stored !== undefined) this.#write(this.stored);
  }

  #write(write: LeaseWrite): StoredLease {
    this.#version += 1;
    this.stored = { ...write, acquiredAt: write.acquiredAt ?? 'now', resourceVersion: String(this.#version) };
    return this.stored;
  }

  #answer(): void {
    if (this.down) throw new KubeError('nobody answers', {});
  }
}

function elector(api: LeaseApi, identity: string, clock: ManualClock) {
  const changes: boolean[] = [];
  const loaded: Readonly<Record<string, string>>[] = [];
  const made = new LeaseElector({
    api,
    identity,
    clock,
    leaseMs: 9_000,
    renewDeadlineMs: 6_000,
    retryMs: 1_500,
    notes: { save: () => ({ notes: `of ${identity}` }), load: (annotations) => loaded.push(annotations) },
    onChange: (leader) => changes.push(leader),
  });
  return Object.assign(made, { changes, loaded });
}

function pair() {
  const lease = new MemoryLease();
  const clock = new ManualClock();
  return { lease, clock, a: elector(lease, 'a', clock), b: elector(lease, 'b', clock) };
}

describe('leader election', () => {
  it('gives a free lease to the first and to nobody else', async () => {
    const { lease, a, b } = pair();
    expect(await a.renew()).toBe(true);
    expect(await b.renew()).toBe(false);
    expect([a.isLeader(), b.isLeader()]).toEqual([true, false]);
    expect(lease.stored).toMatchObject({ holder: 'a', durationMs: 9_000, transitions: 0 });
  });

  it('of two that create it at once lets one win', async () => {
    const { lease, a } = pair();
    const race: LeaseApi = { ...bound(lease), read: async () => undefined };
    const late = elector(race, 'late', new ManualClock());
    await a.renew();
    expect(await late.renew()).toBe(false);
    expect(late.isLeader()).toBe(false);
  });

  it('takes over only when the lease has not changed for its whole duration by the own clock', async () => {
    const { lease, clock, a, b } = pair();
    await a.renew();
    await b.renew();
    clock.advance(9_000);
    expect(await b.renew()).toBe(false);
    lease.touch();
    clock.advance(1);
    expect(await b.renew()).toBe(false);
    clock.advance(9_000);
    expect(await b.renew()).toBe(false);
    clock.advance(1);
    expect(await b.renew()).toBe(true);
    expect(lease.stored).toMatchObject({ holder: 'b', transitions: 1 });
  });

  it('never has two leaders, whoever sleeps for how long', async () => {
    const { clock, a, b } = pair();
    await a.renew();
    for (let step = 0; step < 200; step += 1) {
      clock.advance(500);
      await b.renew();
      expect(a.isLeader() && b.isLeader()).toBe(false);
      if (b.isLeader()) break;
    }
    expect(b.isLeader()).toBe(true);
  });

  it('stops to be leader before anyone else can be one, without being told', async () => {
    const { clock, a } = pair();
    await a.renew();
    clock.advance(5_999);
    expect(a.isLeader()).toBe(true);
    clock.advance(1);
    expect(a.isLeader()).toBe(false);
  });

  it('counts a renewal from when it was sent, not from when it was answered', async () => {
    const { lease, clock, a } = pair();
    await a.renew();
    lease.beforeReplace = () => clock.advance(4_000);
    await a.renew();
    clock.advance(1_999);
    expect(a.isLeader()).toBe(true);
    clock.advance(1);
    expect(a.isLeader()).toBe(false);
  });

  it('holds through failed renewals until the deadline, and says so when it is over', async () => {
    const { lease, clock, a } = pair();
    await a.renew();
    lease.down = true;
    clock.advance(3_000);
    expect(await a.renew()).toBe(false);
    expect(a.isLeader()).toBe(true);
    clock.advance(3_000);
    await a.renew();
    expect(a.changes).toEqual([true, false]);
  });

  it('loses when somebody wrote between its read and its write', async () => {
    const { lease, a } = pair();
    await a.renew();
    lease.beforeReplace = () => lease.touch();
    expect(await a.renew()).toBe(false);
    expect(a.isLeader()).toBe(false);
  });

  it('hands its notes to the next leader', async () => {
    const { clock, a, b } = pair();
    await a.renew();
    await b.renew();
    clock.advance(9_001);
    await b.renew();
    expect(b.loaded).toEqual([{ notes: 'of a' }]);
  });

  it('frees the lease when it stops, and does not take it again', async () => {
    const { lease, a, b } = pair();
    await a.renew();
    await a.release();
    expect(lease.stored).toMatchObject({ holder: '', annotations: { notes: 'of a' } });
    expect(await a.renew()).toBe(false);
    expect(await b.renew()).toBe(true);
  });

  it('does not free a lease that is not its own', async () => {
    const { lease, a, b } = pair();
    await a.renew();
    await b.renew();
    await b.release();
    expect(lease.stored?.holder).toBe('a');
  });
});

function bound(lease: MemoryLease): LeaseApi {
  return {
    read: () => lease.read(),
    create: (write) => lease.create(write),
    replace: (version, write) => lease.replace(version, write),
  };
}
