import { describe, expect, it } from 'vitest';
import { ManualClock } from './testing/manual-clock.ts';
import { pod } from './testing/samples.ts';
import { worldOf } from './testing/world.ts';

describe('the workload of a pod', () => {
  const world = worldOf(new ManualClock());
  const owner = { kind: 'ReplicaSet', name: 'shop-back-1', uid: 'rs-1' };

  it('is the Deployment of its ReplicaSet', () => {
    expect(world.workloadOf(pod())?.key).toBe('shop/Deployment/shop-back');
  });

  it.each([
    ['a pod without a controller', undefined],
    ['a pod of a StatefulSet', { ...owner, kind: 'StatefulSet' }],
    ['a pod of a ReplicaSet nobody knows', { ...owner, name: 'other' }],
    ['a pod of an earlier ReplicaSet of the same name', { ...owner, uid: 'rs-0' }],
  ])('is unknown for %s', (_title, changed) => {
    expect(world.workloadOf(pod({ owner: changed }))).toBeUndefined();
  });

  it('is unknown when the Deployment is another one of the same name', () => {
    const other = worldOf(new ManualClock());
    const facts = other.deployments.get('shop/shop-back')?.facts;
    if (facts !== undefined) other.deployments.set('shop/shop-back', { uid: 'deployment-2', facts });
    expect(other.workloadOf(pod())).toBeUndefined();
  });
});
