import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { KubeError } from '../../kube/kube-error.ts';
import { send } from './send.ts';

const failing = (error: Error) => () => Promise.reject(error);

describe('an action that is sent', () => {
  it('says when the server accepted it', async () => {
    const clock = new ManualClock();
    const outcome = await send(clock, async () => {
      clock.advance(30);
      return { generation: 7 };
    });
    expect(outcome).toEqual({ kind: 'accepted', actedAtMs: clock.nowMs(), generation: 7 });
  });

  it.each([
    ['no such pod', { status: 404 }, { kind: 'refused', refusal: 'TargetGone' }],
    ['another pod of that name', { status: 409 }, { kind: 'refused', refusal: 'TargetGone' }],
    [
      'the disruption budget',
      { status: 429, causes: ['DisruptionBudget'] },
      { kind: 'refused', refusal: 'DisruptionBudget', retryAfterMs: 5_000 },
    ],
    ['a busy server', { status: 429, retryAfterMs: 9_000 }, { kind: 'failed', unsure: false, retryAfterMs: 9_000 }],
    ['missing rights', { status: 403 }, { kind: 'failed', unsure: false }],
    ['a broken server', { status: 500 }, { kind: 'failed', unsure: true }],
    ['silence', {}, { kind: 'failed', unsure: true }],
  ])('explains %s', async (_title, answer, outcome) => {
    expect(await send(new ManualClock(), failing(new KubeError('no', answer)))).toMatchObject(outcome);
  });

  it('does not swallow a mistake of its own', async () => {
    await expect(send(new ManualClock(), failing(new TypeError('bug')))).rejects.toThrow('bug');
  });
});
