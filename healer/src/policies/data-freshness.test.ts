import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { policy } from '../../test/fakes/samples.ts';
import type { SloSamplers } from '../pods/condition/slo-samplers.ts';
import { createMetrics, type HealerMetrics } from '../telemetry/metrics.ts';
import { type FrozenChange, Pulse } from './data-freshness.ts';

describe('the pulse', () => {
  let clock: ManualClock;
  let metrics: HealerMetrics;
  let pulse: Pulse;
  let mayAct: boolean;
  let watchAgeMs: number;
  let missing: string | undefined;
  let selectsAny: boolean;
  let changes: FrozenChange[];

  beforeEach(() => {
    clock = new ManualClock();
    metrics = createMetrics();
    mayAct = true;
    watchAgeMs = 0;
    missing = undefined;
    selectsAny = true;
    changes = [];
    const sampler = { missing: () => missing, completeAtMs: () => clock.nowMs() - 500 };
    pulse = new Pulse({
      policies: { policies: [policy()] },
      samplers: { of: () => sampler } as unknown as SloSamplers,
      selectsAny: () => selectsAny,
      watchAges: () => [{ name: 'pods', ageMs: watchAgeMs }],
      staleWatchMs: 20_000,
      tellAfterMs: 3_000,
      mayAct: () => mayAct,
      metrics,
      clock,
      onFrozenChange: (change) => changes.push(change),
    });
  });

  async function evaluations(): Promise<Record<string, number>> {
    const { values } = await metrics.lastEvaluation.get();
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels.condition), value]));
  }

  it('shows when each condition last had all its data', async () => {
    pulse.beat();
    const now = clock.nowMs() / 1000;
    expect(await evaluations()).toEqual({ SloSick: now - 0.5, NotReady: now, CrashLoop: now });
  });

  it('proves nothing on a replica that may not act', async () => {
    pulse.beat();
    mayAct = false;
    pulse.beat();
    expect(await evaluations()).toEqual({});
  });

  it('proves nothing while a watch is stale', async () => {
    watchAgeMs = 20_001;
    pulse.beat();
    expect(await evaluations()).toEqual({});
    expect((await metrics.frozen.get()).values).toMatchObject([{ value: 1 }]);
  });

  it('stands still for missing data only where there is a pod to judge', async () => {
    missing = 'no answer';
    pulse.beat();
    expect(pulse.missingOf('shop/shop-back')).toBe('SloSick: no answer');
    selectsAny = false;
    pulse.beat();
    const now = clock.nowMs() / 1000;
    expect(pulse.missingOf('shop/shop-back')).toBeUndefined();
    expect(await evaluations()).toEqual({ SloSick: now, NotReady: now, CrashLoop: now });
    watchAgeMs = 20_001;
    pulse.beat();
    expect(await evaluations()).toEqual({});
  });

  it('tells of a gap once, when it lasts, and of its end', () => {
    missing = 'no answer';
    for (const step of [0, 2_999, 1, 5_000]) {
      clock.advance(step);
      pulse.beat();
      if (step === 2_999) expect(changes).toEqual([]);
    }
    missing = undefined;
    pulse.beat();
    expect(changes.map(({ condition, missing: why }) => [condition.type, why])).toEqual([
      ['SloSick', 'no answer'],
      ['SloSick', undefined],
    ]);
  });

  it('does not speak of a short gap', () => {
    missing = 'no answer';
    pulse.beat();
    clock.advance(2_000);
    missing = undefined;
    pulse.beat();
    expect(changes).toEqual([]);
  });

  it('knows how long it has been still', () => {
    pulse.beat();
    clock.advance(16_000);
    expect(pulse.ageMs()).toBe(16_000);
  });
});
