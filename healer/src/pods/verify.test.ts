import { describe, expect, it } from 'vitest';
import { NOW_MS, pod, workload } from '../../test/fakes/samples.ts';
import { type Aftermath, type Verification, verify } from './verify.ts';

const verification: Verification = {
  action: 'EvictPod',
  target: 'uid-old',
  actedAtMs: NOW_MS,
  withinMs: 60_000,
  generation: 2,
  known: new Set(['uid-old', 'uid-other']),
};
const old = pod({ name: 'old' });
const other = pod({ name: 'other' });
const fresh = pod({ name: 'fresh' });
const well = (): boolean => true;
const sick = (): boolean => false;

function aftermath(changes: Partial<Aftermath>): Aftermath {
  const rest = { workload: workload({ generation: 2 }), podsOfWorkload: [], target: undefined };
  return { ...rest, isWell: well, isCured: sick, ...changes };
}

describe('what replaces an evicted pod', () => {
  const place = (of: Verification['place'], seen: Aftermath['podsOfWorkload']) =>
    verify({ ...verification, ...(of && { place: of }) }, aftermath({ podsOfWorkload: seen }), NOW_MS + 1).kind;

  it('of a StatefulSet has its name, so that a scaling beside it proves nothing', () => {
    expect(place({ name: 'data-1' }, [pod({ name: 'data-3' })])).toBe('pending');
    expect(place({ name: 'data-1' }, [pod({ name: 'data-1', uid: 'uid-new' })])).toBe('resolved');
  });

  it('of a DaemonSet is on its node, so that a new node proves nothing', () => {
    expect(place({ node: 'worker' }, [pod({ name: 'agent-2', node: 'another' })])).toBe('pending');
    expect(place({ node: 'worker' }, [pod({ name: 'agent-2' })])).toBe('resolved');
  });
});

describe('whether an eviction helped', () => {
  it.each([
    ['the pod is gone and a new one is well', [other, fresh], well, 1, 'resolved'],
    ['the pod is going and a new one is well', [{ ...old, terminating: true }, fresh], well, 1, 'resolved'],
    ['the new one is not well yet', [other, fresh], sick, 59_999, 'pending'],
    ['only pods that were there before are well', [other], well, 59_999, 'pending'],
    ['the pod is still there beside a new one', [old, fresh], well, 59_999, 'pending'],
    ['the new one is being deleted', [{ ...fresh, terminating: true }], well, 59_999, 'pending'],
  ] as const)('when %s', (_title, podsOfWorkload, isWell, afterMs, kind) => {
    expect(verify(verification, aftermath({ podsOfWorkload, isWell }), NOW_MS + afterMs).kind).toBe(kind);
  });

  it.each([
    ['nothing replaced the pod', [other], well],
    ['its replacement fresh is not Ready and well', [fresh], sick],
    ['the pod is still there', [old, fresh], well],
  ] as const)('expires because %s', (reason, podsOfWorkload, isWell) => {
    const verdict = verify(verification, aftermath({ podsOfWorkload, isWell }), NOW_MS + 60_000);
    expect(verdict).toEqual({ kind: 'expired', reason: `${reason} 60 s after EvictPod` });
  });
});

describe('whether another action helped', () => {
  const three = [old, other, fresh];
  it.each<[string, Verification['action'], Partial<Aftermath>, string]>([
    ['a deleted pod is gone', 'DeletePod', {}, 'resolved'],
    ['a deleted pod is still there', 'DeletePod', { target: old }, 'expired'],
    ['what was told of is cured', 'Notify', { target: old, isCured: well }, 'resolved'],
    ['what was told of goes on', 'Notify', { target: old }, 'expired'],
    ['all pods of a restarted rollout are well', 'RestartRollout', { podsOfWorkload: three }, 'resolved'],
    ['one of them is not', 'RestartRollout', { podsOfWorkload: [old, other] }, 'expired'],
    [
      'the rollout goes on',
      'RestartRollout',
      { podsOfWorkload: three, workload: workload({ generation: 2, rollout: 'it makes progress' }) },
      'expired',
    ],
    ['the restart does not show yet', 'RestartRollout', { podsOfWorkload: three, workload: workload() }, 'expired'],
    ['nobody knows the workload', 'RollbackWorkload', { workload: undefined }, 'expired'],
  ])('when %s', (_title, action, changes, kind) => {
    const verdict = verify({ ...verification, action }, aftermath(changes), NOW_MS + 60_000);
    expect(verdict.kind).toBe(kind);
  });
});
