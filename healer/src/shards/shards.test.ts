import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { LeaseFolder, LeaseWrite, StoredLease } from '../kube/lease.ts';
import { Shards } from './shards.ts';

/** Leases in memory; a replica behind a cut line gets no answer. */
class MemoryFolder {
  readonly leases = new Map<string, StoredLease>();
  #version = 0;

  /** As one replica sees it. */
  line(isCut: () => boolean): LeaseFolder {
    const answer = (): void => {
      if (isCut()) throw new KubeError('nobody answers', {});
    };
    return {
      list: async () => {
        answer();
        return new Map(this.leases);
      },
      remove: async (name) => {
        answer();
        this.leases.delete(name);
      },
      lease: (name) => ({
        read: async () => {
          answer();
          return this.leases.get(name);
        },
        create: async (write) => {
          answer();
          if (this.leases.has(name)) throw new KubeError('create', { status: 409 });
          return this.#write(name, write);
        },
        replace: async (version, write) => {
          answer();
          const stored = this.leases.get(name);
          if (stored === undefined) throw new KubeError('replace', { status: 404 });
          if (stored.resourceVersion !== version) throw new KubeError('replace', { status: 409 });
          return this.#write(name, write);
        },
      }),
    };
  }

  #write(name: string, write: LeaseWrite): StoredLease {
    this.#version += 1;
    const stored = { ...write, acquiredAt: write.acquiredAt ?? 'now', resourceVersion: String(this.#version) };
    this.leases.set(name, stored);
    return stored;
  }
}

interface Replica {
  readonly shards: Shards;
  readonly loaded: [number, string | undefined][];
  cut: boolean;
  frozen: boolean;
  fit: boolean;
}

const COUNT = 8;
const DEEDS = ['start', 'freeze', 'thaw', 'cut', 'mend'] as const;

describe('the shards', () => {
  let clock: ManualClock;
  let folder: MemoryFolder;
  let replicas: Replica[];

  beforeEach(() => {
    clock = new ManualClock();
    folder = new MemoryFolder();
    replicas = [];
  });

  function start(count = COUNT): Replica {
    const loaded: Replica['loaded'] = [];
    const identity = `healer_${String(replicas.length).padStart(8, '0')}`;
    const replica: Replica = {
      loaded,
      cut: false,
      frozen: false,
      fit: true,
      shards: new Shards({
        folder: folder.line(() => replica.cut),
        prefix: 'healer',
        count,
        identity,
        clock,
        leaseMs: 9_000,
        renewDeadlineMs: 6_000,
        retryMs: 1_500,
        notes: {
          save: (shard) => ({ note: `${shard} by ${identity}` }),
          load: (shard, { note }) => loaded.push([shard, note]),
        },
        fit: () => replica.fit,
        onChange: () => undefined,
        onTrouble: () => undefined,
      }),
    };
    replicas.push(replica);
    return replica;
  }

  /** Every replica that runs takes its turn, again and again; checks all the while that no shard has two holders. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      for (const { shards, frozen } of replicas) if (!frozen && passed % 1_500 === 0) await shards.turn();
      await settle();
      clock.advance(500);
      expect(doubles()).toEqual([]);
    }
  }

  function happen(performed: (typeof DEEDS)[number], which: number): void {
    const replica = replicas[which % replicas.length];
    if (performed === 'start' && replicas.length < 4) start();
    else if (replica === undefined) return;
    else if (performed === 'freeze' || performed === 'thaw') replica.frozen = performed === 'freeze';
    else if (performed === 'cut' || performed === 'mend') replica.cut = performed === 'cut';
  }

  function doubles(): number[] {
    const all = replicas.flatMap(({ shards }) => shards.held());
    return all.filter((shard, index) => all.indexOf(shard) !== index);
  }

  function counts(): number[] {
    return replicas.map(({ shards }) => shards.held().length);
  }

  it('are all taken by the only replica', async () => {
    const { shards } = start();
    await pass(1_500);
    expect(shards.held()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(shards.mayActOn('any owner')).toBe(true);
    expect(await shards.confirm('any owner')).toBe(true);
  });

  it('are shared out anew when replicas come, with nobody acting while a shard changes hands', async () => {
    start();
    await pass(1_500);
    start();
    await pass(9_000);
    expect(counts()).toEqual([4, 4]);
    start();
    await pass(9_000);
    expect(counts()).toEqual([3, 3, 2]);
  });

  it('of a killed replica are taken over after its leases have lapsed, within 12 s, and not before', async () => {
    start();
    const victim = start();
    await pass(9_000);
    victim.frozen = true;
    await pass(7_500);
    expect(counts()[0]).toBe(4);
    await pass(4_500);
    expect(replicas[0]?.shards.held()).toHaveLength(COUNT);
  });

  it('are left alone in time by a replica that cannot renew, and by one that wakes up too late', async () => {
    const cut = start();
    const other = start();
    await pass(9_000);
    cut.cut = true;
    await pass(6_000);
    expect(counts()).toEqual([0, 4]);
    expect(await cut.shards.confirm('any owner')).toBe(false);
    await pass(9_000);
    expect(counts()).toEqual([0, 8]);
    cut.cut = false;
    await pass(9_000);
    expect(counts()).toEqual([4, 4]);
    other.frozen = true;
    clock.advance(6_000);
    expect(other.shards.held()).toEqual([]);
  });

  it('are freed at once by a replica that stops in order, with their notes, and its own Lease is removed', async () => {
    const leaving = start();
    const staying = start();
    await pass(9_000);
    staying.loaded.length = 0;
    await leaving.shards.release();
    expect(leaving.shards.held()).toEqual([]);
    await pass(1_500);
    expect(counts()).toEqual([0, 8]);
    expect(staying.loaded.map(([, note]) => note)).toContain('0 by healer_00000000');
    await leaving.shards.turn();
    expect(leaving.shards.held()).toEqual([]);
    expect([...folder.leases.keys()].filter((name) => name.includes('member'))).toHaveLength(1);
  });

  it('go to those that see enough, but stay where nobody sees more', async () => {
    const blind = start();
    start();
    await pass(9_000);
    blind.fit = false;
    await pass(9_000);
    expect(counts()).toEqual([0, 8]);
    for (const replica of replicas) replica.fit = false;
    await pass(9_000);
    expect(counts()).toEqual([4, 4]);
  });

  it('bring the notes of all other shards to every replica', async () => {
    start();
    await pass(1_500);
    const late = start();
    await late.shards.turn();
    expect(late.loaded.map(([shard]) => shard)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(late.loaded[0]).toEqual([0, '0 by healer_00000000']);
  });

  it('are not acted on by a replica that counts them otherwise while the others live', async () => {
    start();
    await pass(3_000);
    const newer = start(16);
    await pass(12_000);
    expect(newer.shards.held()).toEqual([]);
    await replicas[0]?.shards.release();
    await pass(3_000);
    expect(newer.shards.held()).toHaveLength(16);
  });

  it('forget replicas that are long gone', async () => {
    start();
    start().frozen = true;
    await replicas[1]?.shards.turn();
    await pass(102_000);
    expect([...folder.leases.keys()].filter((name) => name.includes('member'))).toHaveLength(1);
  });

  it('never have two holders, whoever is cut off, freezes, comes or goes; and are all held in the end', async () => {
    const story = fc.array(
      fc.record({ performed: fc.constantFrom(...DEEDS), which: fc.nat(3), turns: fc.integer({ min: 1, max: 16 }) }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        clock = new ManualClock();
        folder = new MemoryFolder();
        replicas = [];
        start();
        for (const { performed, which, turns } of steps) {
          happen(performed, which);
          await pass(turns * 1_500);
        }
        for (const replica of replicas) Object.assign(replica, { cut: false, frozen: false });
        await pass(30_000);
        expect(counts().reduce((sum, count) => sum + count, 0)).toBe(COUNT);
        expect(Math.max(...counts()) - Math.min(...counts())).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
  });
});

/** Lets what was begun and not awaited come to its end. */
async function settle(): Promise<void> {
  for (let round = 0; round < 30; round += 1) await Promise.resolve();
}
