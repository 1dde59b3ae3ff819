import { describe, expect, it } from 'vitest';
import type { PodCondition } from '../../policy/ladder.ts';
import { type Cause, causeOf } from './cause.ts';

const rolling = { rollout: 'it makes progress' };
const done = { rollout: undefined };

describe('the class of a cause', () => {
  it.each<[string, PodCondition, Parameters<typeof causeOf>[1], boolean, Cause]>([
    ['a crash of the newest revision while it rolls out', 'CrashLoop', rolling, true, 'Revision'],
    ['a crash of an older revision while a newer rolls out', 'CrashLoop', rolling, false, 'Replica'],
    ['a crash long after the rollout', 'CrashLoop', done, true, 'Replica'],
    ['too little memory after a rollout', 'OOMLoop', rolling, true, 'Revision'],
    ['too little memory all of a sudden', 'OOMLoop', done, true, 'Resources'],
    ['an image of the newest revision that is missing', 'ImagePullFailure', done, true, 'Revision'],
    ['an image that was there before', 'ImagePullFailure', done, false, 'Outside'],
    ['an image of a pod without a workload', 'ImagePullFailure', undefined, false, 'Outside'],
    ['no node that takes it', 'StuckPending', rolling, true, 'Outside'],
    ['a replica that fails its callers', 'SLOViolation', rolling, true, 'Replica'],
  ])('%s', (_title, condition, facts, isNewest, cause) => {
    expect(causeOf(condition, facts, isNewest)).toBe(cause);
  });
});
