import type { Logger } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { rollout } from '../../test/fakes/release-samples.ts';
import { WorkingRevisions } from './working-revisions.ts';

describe('what is noted of working revisions', () => {
  let clock: ManualClock;
  let written: string[];
  let mine: boolean;
  let revision: string | undefined;
  let write: () => Promise<void>;
  let errors: unknown[];
  let working: WorkingRevisions;

  beforeEach(() => {
    clock = new ManualClock();
    written = [];
    errors = [];
    mine = true;
    revision = 'back-1';
    write = async () => undefined;
    working = new WorkingRevisions({
      clock,
      goodAfterMs: 30_000,
      shards: { mayActOn: () => mine },
      cluster: { newestRevisionOf: () => revision },
      log: { warn: (said: unknown) => errors.push(said) } as unknown as Logger,
      lastKnownGood: {
        markGood: async (subject, content) => {
          await write();
          written.push(`${subject} ${content}`);
        },
      },
    });
    working.note('a', rollout());
  });

  const after = (ms: number): Promise<void> => {
    clock.advance(ms);
    return working.sweep();
  };

  it('believes in a revision only after it was whole for long enough, once', async () => {
    await after(29_999);
    expect(written).toEqual([]);
    await after(1);
    await after(60_000);
    expect(written).toEqual(['Deployment/shop/shop-release back-1']);
  });

  it.each([
    ['lost a pod', { available: 2 }],
    ['has a new spec', { observed: false }],
    ['is put on hold', { onHold: true }],
    ['is another one of its name', { uid: 'deployment-2' }],
  ])('starts anew when the workload %s in between', async (_title, changes) => {
    clock.advance(20_000);
    working.note('a', rollout(changes));
    working.note('a', rollout({ uid: 'deployment-2' }));
    await after(20_000);
    expect(written).toEqual([]);
  });

  it('forgets a workload that is gone', async () => {
    working.note('a', undefined);
    await after(60_000);
    expect(written).toEqual([]);
  });

  it('leaves writing to the replica that owns the workload, and waits until the revision is known', async () => {
    mine = false;
    await after(60_000);
    mine = true;
    revision = undefined;
    await working.sweep();
    expect(written).toEqual([]);
    revision = 'back-1';
    await working.sweep();
    expect(written).toHaveLength(1);
  });

  it('tries again what could not be written', async () => {
    write = async () => {
      throw new Error('no');
    };
    await after(60_000);
    expect(errors).toHaveLength(1);
    write = async () => undefined;
    await working.sweep();
    expect(written).toHaveLength(1);
  });
});
