import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../ports/kube.ts';
import { LeaseWatch } from './lease-watch.ts';

function lease(holderIdentity: string, renewTime = 't0'): KubeObject {
  const spec = { holderIdentity, renewTime, leaseDurationSeconds: 10 };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'healproof-run' }, spec };
}

describe('LeaseWatch', () => {
  it.each([
    ['no lease', null, 'free'],
    ['a lease that was given back', lease(''), 'free'],
    ['a lease that a run holds', lease('run-1'), 'held'],
    ['a lease that the janitor holds', lease('janitor'), 'held'],
  ])('sees %s as %s', (_title, seen, state) => {
    expect(new LeaseWatch().see(seen, 0).is).toBe(state);
  });

  it('calls a run abandoned only after the lease has not changed for longer than its duration', () => {
    const watch = new LeaseWatch();
    watch.see(lease('run-1'), 1_000);
    expect(watch.see(lease('run-1'), 11_000)).toEqual({ is: 'held', by: 'run', runId: 'run-1', renewed: false });
    expect(watch.see(lease('run-1'), 11_001)).toEqual({ is: 'abandoned', by: 'run', runId: 'run-1' });
  });

  it('starts counting again with every renewal', () => {
    const watch = new LeaseWatch();
    watch.see(lease('run-1', 't0'), 0);
    watch.see(lease('run-1', 't1'), 9_000);
    expect(watch.see(lease('run-1', 't1'), 18_000).is).toBe('held');
  });

  it('starts counting again when another run takes the lease', () => {
    const watch = new LeaseWatch();
    watch.see(lease('run-1'), 0);
    watch.see(lease('run-2'), 9_000);
    expect(watch.see(lease('run-2'), 18_000).is).toBe('held');
  });

  it('never looks at the renewal time itself: the clock of the runner may be wrong', () => {
    const watch = new LeaseWatch();
    expect(watch.see(lease('run-1', '1970-01-01T00:00:00.000000Z'), 1_000_000).is).toBe('held');
  });

  it('counts nothing while it could not read the lease', () => {
    const watch = new LeaseWatch();
    watch.see(lease('run-1'), 0);
    watch.blind();
    expect(watch.see(lease('run-1'), 60_000).is).toBe('held');
    expect(watch.see(lease('run-1'), 70_001).is).toBe('abandoned');
  });

  it('tells a holder that was seen to renew from one of which nothing is known yet', () => {
    const watch = new LeaseWatch();
    expect(watch.see(lease('run-1', 't0'), 0)).toMatchObject({ is: 'held', renewed: false });
    expect(watch.see(lease('run-1', 't1'), 2_000)).toMatchObject({ is: 'held', renewed: true });
    watch.blind();
    expect(watch.see(lease('run-1', 't2'), 4_000)).toMatchObject({ is: 'held', renewed: false });
  });

  it('calls the janitor gone by the same measure as a run', () => {
    const watch = new LeaseWatch();
    watch.see(lease('janitor'), 0);
    expect(watch.see(lease('janitor'), 10_000)).toMatchObject({ is: 'held', by: 'janitor' });
    expect(watch.see(lease('janitor'), 10_001)).toMatchObject({ is: 'abandoned', by: 'janitor' });
  });
});
