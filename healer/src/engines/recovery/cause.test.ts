import { describe, expect, it } from 'vitest';
import type { PodCondition } from '../../policy/ladder.ts';
import { pod, workload } from '../../testing/samples.ts';
import { type Cause, causeOf } from './cause.ts';

const rolling = workload({ revision: 2, rollout: 'it makes progress' });
const done = workload({ revision: 2 });

function replicaSet(revision: number, uid = 'rs-1') {
  return { uid, namespace: 'shop', deployment: undefined, revision };
}

describe('the class of a cause', () => {
  it.each<[string, PodCondition, Parameters<typeof causeOf>[2], Parameters<typeof causeOf>[3], Cause]>([
    ['a crash of the newest revision while it rolls out', 'CrashLoop', rolling, replicaSet(2), 'Revision'],
    ['a crash of an older revision while a newer rolls out', 'CrashLoop', rolling, replicaSet(1), 'Replica'],
    ['a crash long after the rollout', 'CrashLoop', done, replicaSet(2), 'Replica'],
    ['a crash of the only revision there was', 'CrashLoop', workload({ rollout: 'r' }), replicaSet(1), 'Replica'],
    ['too little memory after a rollout', 'OOMLoop', rolling, replicaSet(2), 'Revision'],
    ['too little memory all of a sudden', 'OOMLoop', done, replicaSet(2), 'Resources'],
    ['an image of the newest revision that is missing', 'ImagePullFailure', done, replicaSet(2), 'Revision'],
    ['an image that was there before', 'ImagePullFailure', done, replicaSet(1), 'Outside'],
    ['an image of a pod nobody knows the revision of', 'ImagePullFailure', done, undefined, 'Outside'],
    ['a ReplicaSet that is not the pod’s', 'ImagePullFailure', done, replicaSet(2, 'rs-9'), 'Outside'],
    ['no node that takes it', 'StuckPending', rolling, replicaSet(2), 'Outside'],
    ['a replica that fails its callers', 'SloSick', rolling, replicaSet(2), 'Replica'],
  ])('%s', (_title, condition, facts, owner, cause) => {
    expect(causeOf(condition, pod(), facts, owner)).toBe(cause);
  });
});
