import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { policy } from '../../test/fakes/samples.ts';
import { BlockingAlerts } from './blocking.ts';

const heeding = policy({ blockingAlerts: ['Failover'] });

async function asked(answer: () => Promise<string[]>): Promise<{ clock: ManualClock; blocking: BlockingAlerts }> {
  const clock = new ManualClock();
  const query = async () =>
    (await answer()).map((alertname) => ({ labels: { alertname }, value: 1, evaluatedAtMs: clock.nowMs() }));
  const blocking = new BlockingAlerts({ query, clock, staleAfterMs: 3_000 });
  await blocking.ask([heeding]);
  return { clock, blocking };
}

describe('alerts that block', () => {
  it('block the policies that heed them, and no other', async () => {
    const { blocking } = await asked(async () => ['Failover']);
    expect(blocking.about(heeding)).toMatch(/alert Failover fires/);
    expect(blocking.about(policy())).toBeUndefined();
  });

  it('do not block while none fires', async () => {
    const { blocking } = await asked(async () => []);
    expect(blocking.about(heeding)).toBeUndefined();
  });

  it('block while nobody knows', async () => {
    const { blocking } = await asked(() => Promise.reject(new Error('down')));
    expect(blocking.about(heeding)).toBe('nobody knows which alerts fire: down');
  });

  it('block when the last answer is old', async () => {
    const { clock, blocking } = await asked(async () => []);
    clock.advance(3_001);
    expect(blocking.about(heeding)).toMatch(/nobody knows/);
  });
});
