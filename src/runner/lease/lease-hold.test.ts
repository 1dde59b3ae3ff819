import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { KubernetesError } from '../../errors.ts';
import { LAB_LEASE } from '../../experiment/cluster-records/lab-lease.ts';
import { LeaseWatch } from '../../experiment/cluster-records/lease-watch.ts';
import type { KubeObject } from '../../ports/kube.ts';
import { LeaseHold } from './lease-hold.ts';

const never = (): Promise<never> => new Promise(() => undefined);

/** Takes every write and may lose the answer. */
class LossyKube extends FakeKube {
  answer: 'comes' | 'is lost' | 'never comes' = 'comes';

  override async replace(object: KubeObject): Promise<KubeObject> {
    if (this.answer === 'never comes') return never();
    const written = await super.replace(object);
    if (this.answer === 'is lost') throw new KubernetesError('socket hang up', undefined);
    return written;
  }
}

function world() {
  const [kube, clock] = [new LossyKube(), new FakeClock()];
  const spec = async () => (await kube.get(LAB_LEASE))?.spec;
  return { kube, clock, spec, hold: new LeaseHold(kube, clock, { by: 'run', runId: 'mine' }) };
}

describe('a hold on the lab', () => {
  it('is never silent for so long that a watcher thinks that its holder is gone', async () => {
    const { kube, clock, hold } = world();
    await hold.take(null);
    const watch = new LeaseWatch();
    for (let seconds = 0; seconds < 60; seconds += 1) {
      await clock.sleep(1_000);
      expect(watch.see(await kube.get(LAB_LEASE), clock.steadyMs()).is).toBe('held');
    }
    await hold.release();
  });

  it('is given up, while a renewal hangs, before a watcher thinks that its holder is gone', async () => {
    const { kube, clock, hold } = world();
    await hold.take(null);
    kube.answer = 'never comes';
    const takenAtMs = clock.steadyMs();
    await new Promise((resolve) => hold.lost.addEventListener('abort', resolve));
    expect(clock.steadyMs() - takenAtMs).toBe(9_000);
    expect(String(hold.lost.reason)).toContain('could not be renewed for 9000 ms');
  });

  it('counts from when a renewal was sent, since it can have been seen from then on', async () => {
    const { kube, clock, hold } = world();
    const create = kube.create.bind(kube);
    kube.create = async (object) => {
      const made = await create(object);
      await clock.sleep(5_000);
      return made;
    };
    await hold.take(null);
    kube.answer = 'never comes';
    await new Promise((resolve) => hold.lost.addEventListener('abort', resolve));
    expect(clock.steadyMs()).toBe(9_000);
  });

  it('outlasts a machine clock that is set', async () => {
    const { clock, hold } = world();
    await hold.take(null);
    await clock.sleep(3_000);
    clock.set(3_600_000);
    await clock.sleep(60_000);
    clock.set(-7_200_000);
    await clock.sleep(60_000);
    expect(hold.lost.aborted).toBe(false);
    await hold.release();
  });

  it('is not lost to a renewal of its own whose answer never came', async () => {
    const { kube, clock, hold, spec } = world();
    await hold.take(null);
    kube.answer = 'is lost';
    await clock.sleep(3_000);
    kube.answer = 'comes';
    await clock.sleep(30_000);
    expect(hold.lost.aborted).toBe(false);
    await hold.release();
    expect(await spec()).toMatchObject({ holderIdentity: '' });
  });

  it('is given back also where the answer to its last renewal never came', async () => {
    const { kube, clock, hold, spec } = world();
    await hold.take(null);
    kube.answer = 'is lost';
    await clock.sleep(3_000);
    kube.answer = 'comes';
    await hold.release();
    expect(await spec()).toMatchObject({ holderIdentity: '' });
  });

  it('is lost to somebody of the same name who took it anew', async () => {
    const { kube, clock, hold } = world();
    await hold.take(null);
    await clock.sleep(1_000);
    const other = new LeaseHold(kube, clock, { by: 'run', runId: 'mine' });
    await other.take(await kube.get(LAB_LEASE));
    await expect(hold.renew()).rejects.toThrow('somebody else wrote the lease');
    expect(hold.lost.aborted).toBe(true);
    await other.release();
  });

  it('does not conflict with itself when it is renewed for a step while a renewal is under way', async () => {
    const { clock, hold } = world();
    await hold.take(null);
    const steps = Array.from({ length: 20 }, async (_, step) => {
      await clock.sleep(step * 500);
      await hold.renew();
    });
    await Promise.all(steps);
    expect(hold.lost.aborted).toBe(false);
    await hold.release();
  });

  it('leaves the Lease to whoever took it between the last look and the release', async () => {
    const { kube, hold, spec } = world();
    await hold.take(null);
    kube.trouble = (call) => {
      const taken = kube.objects.get('Lease/healproof-system/healproof-run');
      if (call.startsWith('replace') && taken !== undefined)
        kube.seed({ ...taken, spec: { holderIdentity: 'janitor' } });
      return null;
    };
    await hold.release();
    expect(await spec()).toEqual({ holderIdentity: 'janitor' });
  });

  it('ends without being given back where its work was cut short', async () => {
    const { kube, clock, hold, spec } = world();
    await hold.take(null);
    await hold[Symbol.asyncDispose]();
    kube.calls.length = 0;
    await clock.sleep(60_000);
    expect(kube.calls).toEqual([]);
    expect(await spec()).toMatchObject({ holderIdentity: 'mine' });
  });
});
