import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { KubernetesError } from '../../errors.ts';
import { DEAD_MAN } from '../../experiment/cluster-records/undo.ts';
import { RunLease } from './run-lease.ts';

const REF = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: DEAD_MAN.namespace,
  name: DEAD_MAN.lease,
};

function held(by: string, renewedAtMs: number) {
  const spec = { holderIdentity: by, renewTime: new Date(renewedAtMs).toISOString(), leaseDurationSeconds: 10 };
  return { ...REF, metadata: { namespace: REF.namespace, name: REF.name }, spec };
}

const lost = (lease: RunLease): Promise<unknown> =>
  new Promise((resolve) => lease.lost.addEventListener('abort', () => resolve(lease.lost.reason)));

describe('the lease of a run', () => {
  it('refuses a lab that another run holds', async () => {
    const clock = new FakeClock();
    const kube = new FakeKube().seed(held('other', clock.now() - 1_000));
    await expect(new RunLease(kube, clock, 'mine').take()).rejects.toThrow('run other is using this lab');
  });

  it('takes a lease that was released', async () => {
    const clock = new FakeClock();
    const kube = new FakeKube().seed(held('', clock.now()));
    const lease = new RunLease(kube, clock, 'mine');
    await lease.take();
    expect((await kube.get(REF))?.spec).toMatchObject({ holderIdentity: 'mine' });
    await lease.release();
    expect((await kube.get(REF))?.spec).toMatchObject({ holderIdentity: '' });
  });

  it('is lost when somebody else wrote it', async () => {
    const kube = new FakeKube();
    const lease = new RunLease(kube, new FakeClock(), 'mine');
    await lease.take();
    await kube.patch(REF, { spec: { holderIdentity: 'janitor' } });
    expect(String(await lost(lease))).toMatch(/somebody else wrote the lease/);
    await lease.release();
    expect((await kube.get(REF))?.spec).toMatchObject({ holderIdentity: 'janitor' });
  });

  it('survives an API server that is away for a moment, not one that stays away', async () => {
    const kube = new FakeKube();
    const lease = new RunLease(kube, new FakeClock(), 'mine');
    await lease.take();
    let failures = 0;
    kube.trouble = (call) =>
      call.startsWith('replace') && ++failures > 0 ? new KubernetesError('down', undefined) : null;
    expect(String(await lost(lease))).toMatch(/could not be renewed/);
    expect(failures).toBeGreaterThan(3);
  });
});
