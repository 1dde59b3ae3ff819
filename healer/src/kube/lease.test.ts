import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { KubeError } from './kube-error.ts';
import { type LeaseApi, LeaseElector, type LeaseWrite, type StoredLease } from './lease.ts';

/** One Lease in memory that can refuse, be slow or be written by others. */
class MemoryLease implements LeaseApi {
  stored: StoredLease | undefined;
  down = false;
  /** Writes are carried out, but nobody is told. */
  answersLost = false;
  reads = 0;
  beforeReplace: () => void = () => undefined;
  #version = 0;

  async read(): Promise<StoredLease | undefined> {
    this.#answer();
    this.reads += 1;
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
    if (this.answersLost) throw new KubeError('no answer', {});
    return this.stored;
  }

  #answer(): void {
    if (this.down) throw new KubeError('nobody answers', {});
  }
}

function elector(api: LeaseApi, identity: string, clock: ManualClock) {
  const changes: boolean[] = [];
  const loaded: Readonly<Record<string, string>>[] = [];
  const made: LeaseElector & { note: string } = Object.assign(
    new LeaseElector({
      api,
      identity,
      clock,
      leaseMs: 9_000,
      renewDeadlineMs: 6_000,
      retryMs: 1_500,
      notes: { save: () => ({ notes: made.note }), load: (annotations) => loaded.push(annotations) },
      onChange: (holds) => changes.push(holds),
    }),
    { note: `of ${identity}` },
  );
  return Object.assign(made, { changes, loaded });
}

function pair() {
  const lease = new MemoryLease();
  const clock = new ManualClock();
  return { lease, clock, a: elector(lease, 'a', clock), b: elector(lease, 'b', clock) };
}

describe('the hold on a lease', () => {
  it('gives a free lease to the first and to nobody else', async () => {
    const { lease, a, b } = pair();
    expect(await a.renew()).toBe(true);
    expect(await b.renew()).toBe(false);
    expect([a.holds(), b.holds()]).toEqual([true, false]);
    expect(lease.stored).toMatchObject({ holder: 'a', durationMs: 9_000, transitions: 0 });
  });

  it('of two that create it at once lets one win', async () => {
    const { lease, a } = pair();
    const race: LeaseApi = { ...bound(lease), read: async () => undefined };
    const late = elector(race, 'late', new ManualClock());
    await a.renew();
    expect(await late.renew()).toBe(false);
    expect(late.holds()).toBe(false);
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

  it('never has two holders, whoever sleeps for how long', async () => {
    const { clock, a, b } = pair();
    await a.renew();
    for (let step = 0; step < 200; step += 1) {
      clock.advance(500);
      await b.renew();
      expect(a.holds() && b.holds()).toBe(false);
      if (b.holds()) break;
    }
    expect(b.holds()).toBe(true);
  });

  it('stops to hold it before anyone else can, without being told', async () => {
    const { clock, a } = pair();
    await a.renew();
    clock.advance(5_999);
    expect(a.holds()).toBe(true);
    clock.advance(1);
    expect(a.holds()).toBe(false);
  });

  it('counts a renewal from when it was sent, not from when it was answered', async () => {
    const { lease, clock, a } = pair();
    await a.renew();
    lease.beforeReplace = () => clock.advance(4_000);
    await a.renew();
    clock.advance(1_999);
    expect(a.holds()).toBe(true);
    clock.advance(1);
    expect(a.holds()).toBe(false);
  });

  it('holds through failed renewals until the deadline, and says so when it is over', async () => {
    const { lease, clock, a } = pair();
    await a.renew();
    lease.down = true;
    clock.advance(3_000);
    expect(await a.renew()).toBe(false);
    expect(a.holds()).toBe(true);
    clock.advance(3_000);
    await a.renew();
    expect(a.changes).toEqual([true, false]);
  });

  it('loses when somebody wrote between its read and its write', async () => {
    const { lease, a } = pair();
    await a.renew();
    lease.beforeReplace = () => lease.touch();
    expect(await a.renew()).toBe(false);
    expect(a.holds()).toBe(false);
  });

  it('hands its notes to the next holder', async () => {
    const { clock, a, b } = pair();
    await a.renew();
    await b.renew();
    clock.advance(9_001);
    await b.renew();
    expect(b.loaded).toEqual([{ notes: 'of a' }]);
  });

  it('frees the lease with its newest notes, so that another can take it at once', async () => {
    const { lease, a, b } = pair();
    await a.renew();
    a.note = 'newest of a';
    await a.release();
    expect(a.holds()).toBe(false);
    expect(lease.stored).toMatchObject({ holder: '', annotations: { notes: 'newest of a' } });
    expect(await b.renew()).toBe(true);
  });

  it('renews in one request, and looks first when it does not know what became of the last one', async () => {
    const { lease, a } = pair();
    await a.renew();
    lease.reads = 0;
    await a.renew();
    expect(lease.reads).toBe(0);
    lease.answersLost = true;
    expect(await a.renew()).toBe(false);
    lease.answersLost = false;
    expect(await a.renew()).toBe(true);
    expect(lease.reads).toBe(1);
    expect(lease.stored).toMatchObject({ holder: 'a', transitions: 0 });
  });

  it('knows from a list whether it may be taken, by the own clock', async () => {
    const { lease, clock, a, b } = pair();
    expect(b.mayBeTaken()).toBe(true);
    await a.renew();
    b.observe(lease.stored);
    clock.advance(9_000);
    expect(b.mayBeTaken()).toBe(false);
    clock.advance(1);
    b.observe(lease.stored);
    expect(b.mayBeTaken()).toBe(true);
  });

  it('does not read back what it wrote itself', async () => {
    const { lease, clock, a } = pair();
    await a.renew();
    lease.down = true;
    clock.advance(6_000);
    await a.renew();
    lease.down = false;
    expect(await a.renew()).toBe(true);
    expect(a.loaded).toEqual([]);
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
