import { describe, expect, it } from 'vitest';
import { clusterOf } from '../../test/fakes/cluster.ts';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { rollout } from '../../test/fakes/release-samples.ts';
import { pod, workload } from '../../test/fakes/samples.ts';

describe('the workload of a pod', () => {
  const cluster = clusterOf(new ManualClock());
  const owner = { kind: 'ReplicaSet', name: 'shop-back-1', uid: 'rs-1' };

  it('is the Deployment of its ReplicaSet', () => {
    expect(cluster.workloadOf(pod())?.key).toBe('shop/Deployment/shop-back');
  });

  it.each([
    ['a pod without a controller', undefined],
    ['a pod of a StatefulSet nobody knows', { ...owner, kind: 'StatefulSet' }],
    ['a pod of a Job, which is its own business', { ...owner, kind: 'Job' }],
    ['a pod of a ReplicaSet nobody knows', { ...owner, name: 'other' }],
    ['a pod of an earlier ReplicaSet of the same name', { ...owner, uid: 'rs-0' }],
  ])('is unknown for %s', (_title, changed) => {
    expect(cluster.workloadOf(pod({ owner: changed }))).toBeUndefined();
  });

  it('is unknown when the Deployment is another one of the same name', () => {
    const other = clusterOf(new ManualClock());
    const facts = other.deployments.get('shop/shop-back')?.facts;
    if (facts !== undefined) other.deployments.set('shop/shop-back', { uid: 'deployment-2', facts });
    expect(other.workloadOf(pod())).toBeUndefined();
  });

  it.each(['StatefulSet', 'DaemonSet'] as const)('is the %s that owns it', (kind) => {
    const other = clusterOf(new ManualClock());
    const facts = workload({ kind, uid: 'set-1', key: `shop/${kind}/data` });
    const store = kind === 'StatefulSet' ? other.statefulSets : other.daemonSets;
    store.set('shop/data', { uid: 'set-1', facts });
    const own = pod({ name: 'data-0', owner: { kind, name: 'data', uid: 'set-1' } });
    other.pods.set(own.key, own);
    expect(other.workloadOf(own)).toEqual(facts);
    expect(other.podsOf('set-1')).toEqual([own]);
    expect(other.workload('set-1')).toEqual(facts);
    expect(other.workloadOf(pod({ owner: { kind, name: 'data', uid: 'set-0' } }))).toBeUndefined();
  });

  it('is a ReplicaSet that nobody controls, and none that somebody unknown does', () => {
    const other = clusterOf(new ManualClock());
    const set = { uid: 'rs-2', namespace: 'shop', deployment: undefined, revision: 0 };
    const bare = workload({ kind: 'ReplicaSet', uid: 'rs-2' });
    const own = pod({ owner: { kind: 'ReplicaSet', name: 'alone', uid: 'rs-2' } });
    other.replicaSets.set('shop/alone', { ...set, bare });
    expect(other.workloadOf(own)).toEqual(bare);
    expect(other.workload('rs-2')).toEqual(bare);
    other.replicaSets.set('shop/alone', set);
    expect(other.workloadOf(own)).toBeUndefined();
  });

  it.each([
    ['of the newest revision', { newest: 'data-2', hasOlder: true }, 'data-2', true],
    ['of an older one', { newest: 'data-2', hasOlder: true }, 'data-1', false],
    ['of the only one there was', { newest: 'data-1', hasOlder: false }, 'data-1', false],
  ])('tells a pod %s', (_title, { newest, hasOlder }, label, expected) => {
    const other = clusterOf(new ManualClock());
    const facts = workload({ kind: 'StatefulSet', uid: 'set-1' });
    const seen = rollout({ kind: 'StatefulSet', newest: { label: 'controller-revision-hash', value: newest } });
    other.statefulSets.set('shop/data', { uid: 'set-1', facts, rollout: seen, hasOlder });
    const owner = { kind: 'StatefulSet', name: 'data', uid: 'set-1' };
    expect(other.isOfNewRevision(pod({ owner, labels: { 'controller-revision-hash': label } }))).toBe(expected);
  });
});
