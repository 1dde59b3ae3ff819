import { describe, expect, it } from 'vitest';
import { KubeError } from '../../kube/kube-error.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { evict } from './act.ts';

const target = { namespace: 'shop', name: 'a', uid: 'uid-a' };
const failing = (error: Error) => ({ evictPod: () => Promise.reject(error) });

describe('evict', () => {
  it('says when the server accepted it', async () => {
    const clock = new ManualClock();
    const asked: unknown[] = [];
    const api = {
      evictPod: async (wanted: unknown) => {
        asked.push(wanted);
        clock.advance(30);
      },
    };
    expect(await evict(api, target, clock)).toEqual({ kind: 'accepted', actedAtMs: clock.nowMs() });
    expect(asked).toEqual([target]);
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
    expect(await evict(failing(new KubeError('no', answer)), target, new ManualClock())).toMatchObject(outcome);
  });

  it('does not swallow a mistake of its own', async () => {
    await expect(evict(failing(new TypeError('bug')), target, new ManualClock())).rejects.toThrow('bug');
  });
});
