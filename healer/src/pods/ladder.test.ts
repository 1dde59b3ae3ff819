import { describe, expect, it } from 'vitest';
import { entry } from '../../test/fakes/samples.ts';
import { DEFAULT_LADDERS, type LadderAction, type LadderStep } from '../policy/ladder.ts';
import { type LadderState, nextStep } from './ladder.ts';

const step = (action: LadderAction, attempts = 1): LadderStep => ({ action, attempts, withinMs: undefined });
const ladder = [step('EvictPod', 2), step('RestartRollout'), step('RollbackWorkload')];
const failed = (action: LadderAction) => entry({ action, outcome: 'failed' });

function state(changes: Partial<LadderState> = {}): LadderState {
  return { condition: 'NotReady', cause: 'Replica', failures: [], inapplicable: new Map(), ...changes };
}

describe('the ladder', () => {
  it.each<[string, Partial<LadderState>, LadderAction]>([
    ['begins with the mildest step', {}, 'EvictPod'],
    ['repeats a step as often as it may', { failures: [failed('EvictPod')] }, 'EvictPod'],
    ['goes on when that did not help', { failures: [failed('EvictPod'), failed('EvictPod')] }, 'RestartRollout'],
    [
      'counts what was tried for this condition only',
      { condition: 'SLOViolation', failures: [failed('EvictPod'), failed('EvictPod')] },
      'EvictPod',
    ],
    ['undoes a bad revision at once: a new pod of it is as bad', { cause: 'Revision' }, 'RollbackWorkload'],
    ['passes over what is not possible here', { inapplicable: new Map([['EvictPod', 'no']]) }, 'RestartRollout'],
  ])('%s', (_title, changes, action) => {
    expect(nextStep(ladder, state(changes))).toMatchObject({ step: { action }, exhausted: undefined });
  });

  it('does not roll back what no rollout broke, and says why nothing is left', () => {
    const failures = [failed('EvictPod'), failed('EvictPod'), failed('RestartRollout')];
    expect(nextStep(ladder, state({ failures }))).toMatchObject({
      exhausted:
        'EvictPod did not help 2 times, RestartRollout did not help 1 times, RollbackWorkload cannot treat a fault of class Replica',
    });
  });

  it('is by default such that only telling is done about what is not the pod’s fault', () => {
    for (const condition of ['StuckPending', 'StuckTerminating'] as const) {
      expect(DEFAULT_LADDERS[condition].map(({ action }) => action)).toEqual(['Notify']);
    }
  });
});
