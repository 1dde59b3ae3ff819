import { describe, expect, it } from 'vitest';
import { LABELS } from '../../../healer/src/names.ts';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { KubernetesError } from '../../errors.ts';
import { holderOf, LAB_LEASE } from '../../experiment/cluster-records/lab-lease.ts';
import { LeaseHold } from './lease-hold.ts';
import { RunLease } from './run-lease.ts';

function held(by: string, renewedAtMs: number) {
  const spec = { holderIdentity: by, renewTime: new Date(renewedAtMs).toISOString(), leaseDurationSeconds: 10 };
  const { apiVersion, kind, namespace, name } = LAB_LEASE;
  return { apiVersion, kind, metadata: { namespace, name }, spec };
}

const options = { signal: new AbortController().signal, note: () => undefined };

const lost = (lease: RunLease): Promise<unknown> =>
  new Promise((resolve) => lease.lost.addEventListener('abort', () => resolve(lease.lost.reason)));

describe('the lease of a run', () => {
  it('refuses a lab that another run holds', async () => {
    const clock = new FakeClock();
    const kube = new FakeKube().seed(held('other', clock.now() - 1_000));
    await expect(new RunLease(kube, clock, 'mine').take(options)).rejects.toThrow('run other is using this lab');
  });

  it.each([
    ['for a minute and more', 61_000],
    ['for a day', 86_400_000],
    ['since a time that is still to come', -3_600_000],
  ])(
    'does not take a lease that another run did not renew %s: what that one left comes first',
    async (_title, agoMs) => {
      const clock = new FakeClock();
      const kube = new FakeKube().seed(held('other', clock.now() - agoMs));
      await expect(new RunLease(kube, clock, 'mine').take(options)).rejects.toMatchObject({
        message: 'run other is using this lab',
        hint: expect.stringContaining('healproof cleanup'),
      });
      expect((await kube.get(LAB_LEASE))?.spec).toMatchObject({ holderIdentity: 'other' });
    },
  );

  it('does not take a lease without a time that can be read', async () => {
    const clock = new FakeClock();
    const lease = { ...held('other', clock.now()), spec: { holderIdentity: 'other', renewTime: 'yesterday' } };
    await expect(new RunLease(new FakeKube().seed(lease), clock, 'mine').take(options)).rejects.toThrow(
      'run other is using',
    );
  });

  it('leaves the lab to the janitor for as long as that takes something back', async () => {
    const clock = new FakeClock();
    const lease = held('janitor', clock.now() - 301_000);
    const annotations = { [LABELS.run]: 'dead' };
    const kube = new FakeKube().seed({ ...lease, metadata: { ...lease.metadata, annotations } });
    await expect(new RunLease(kube, clock, 'mine').take(options)).rejects.toThrow(
      'the janitor is taking back run dead',
    );
  });

  it('is taken once the janitor gives the lab back, and says for what it waits', async () => {
    const clock = new FakeClock();
    const kube = new FakeKube();
    const janitor = new LeaseHold(kube, clock, { by: 'janitor', runId: 'dead' });
    await janitor.take(null);
    const notes: string[] = [];
    const lease = new RunLease(kube, clock, 'mine');
    const taking = lease.take({ ...options, note: (message) => notes.push(message) });
    await clock.sleep(30_000);
    await janitor.release();
    await taking;
    expect(notes).toEqual(['the janitor is taking back run dead: waiting for it']);
    expect((await kube.get(LAB_LEASE))?.spec).toMatchObject({ holderIdentity: 'mine' });
    await lease.release({ isClean: true });
  });

  it('waits for the janitor no longer once it was told to stop', async () => {
    const clock = new FakeClock();
    const kube = new FakeKube().seed(held('janitor', clock.now()));
    const stop = new AbortController();
    const taking = new RunLease(kube, clock, 'mine').take({ ...options, signal: stop.signal });
    setImmediate(() => stop.abort(new Error('stopped by SIGINT')));
    await expect(taking).rejects.toThrow('stopped by SIGINT');
  });

  it('goes to the janitor where something of the run is left', async () => {
    const clock = new FakeClock();
    const kube = new FakeKube();
    const lease = new RunLease(kube, clock, 'mine');
    await lease.take(options);
    await lease.release({ isClean: false });
    expect(holderOf(await kube.get(LAB_LEASE))).toEqual({ by: 'janitor', runId: 'mine' });
    await expect(new RunLease(kube, clock, 'next').take(options)).rejects.toThrow(
      'the janitor is taking back run mine',
    );
  });

  it('lets one of two runs have the lab that ask for it at once', async () => {
    const clock = new FakeClock();
    const kube = new FakeKube();
    const leases = ['one', 'two'].map((runId) => new RunLease(kube, clock, runId));
    const outcomes = await Promise.allSettled(leases.map((lease) => lease.take(options)));
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
    expect(refusals).toEqual(['PreflightError: somebody was faster to take this lab']);
    await Promise.all(leases.map((lease) => lease.release({ isClean: true })));
  });

  it('takes a lease that was released', async () => {
    const clock = new FakeClock();
    const kube = new FakeKube().seed(held('', clock.now()));
    const lease = new RunLease(kube, clock, 'mine');
    await lease.take(options);
    expect((await kube.get(LAB_LEASE))?.spec).toMatchObject({ holderIdentity: 'mine' });
    await lease.release({ isClean: true });
    expect((await kube.get(LAB_LEASE))?.spec).toMatchObject({ holderIdentity: '' });
  });

  it('is lost when somebody else wrote it', async () => {
    const kube = new FakeKube();
    const lease = new RunLease(kube, new FakeClock(), 'mine');
    await lease.take(options);
    await kube.patch(LAB_LEASE, { spec: { holderIdentity: 'janitor' } });
    expect(String(await lost(lease))).toMatch(/somebody else wrote the lease/);
    await lease.release({ isClean: true });
    expect((await kube.get(LAB_LEASE))?.spec).toMatchObject({ holderIdentity: 'janitor' });
  });

  it('survives an API server that is away for a moment, not one that stays away', async () => {
    const kube = new FakeKube();
    const lease = new RunLease(kube, new FakeClock(), 'mine');
    await lease.take(options);
    let failures = 0;
    kube.trouble = (call) =>
      call.startsWith('replace') && ++failures > 0 ? new KubernetesError('down', undefined) : null;
    expect(String(await lost(lease))).toMatch(/could not be renewed/);
    expect(failures).toBeGreaterThan(3);
  });
});
