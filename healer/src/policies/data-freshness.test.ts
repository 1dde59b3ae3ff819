import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { pod, policy } from '../../test/fakes/samples.ts';
import type { PodView } from '../cluster/pod.ts';
import { WatchHealth } from '../cluster/watch-health.ts';
import { ObjectStore } from '../kube/object-store.ts';
import type { SloSamplers } from '../pods/condition/slo-samplers.ts';
import { createMetrics, type HealerMetrics } from '../telemetry/metrics.ts';
import { DataFreshness, type FrozenChange } from './data-freshness.ts';

describe('the freshness of data', () => {
  let clock: ManualClock;
  let metrics: HealerMetrics;
  let freshness: DataFreshness;
  let mayAct: boolean;
  let watchAgeMs: number;
  let missing: string | undefined;
  let pods: ObjectStore<PodView>;
  let changes: FrozenChange[];

  beforeEach(() => {
    clock = new ManualClock();
    metrics = createMetrics();
    mayAct = true;
    watchAgeMs = 0;
    missing = undefined;
    pods = new ObjectStore();
    pods.set('shop/a', pod());
    changes = [];
    const sampler = { missing: () => missing, completeAtMs: () => clock.nowMs() - 500 };
    freshness = new DataFreshness({
      policies: { policies: [policy()] },
      samplers: { of: () => sampler } as unknown as SloSamplers,
      cluster: { pods },
      watches: new WatchHealth([{ watchAges: () => [{ name: 'pods', ageMs: watchAgeMs }] }], 20_000),
      tellAfterMs: 3_000,
      shards: { held: () => (mayAct ? [0] : []) },
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
    freshness.beat();
    const now = clock.nowMs() / 1000;
    expect(await evaluations()).toEqual({ SLOViolation: now - 0.5, NotReady: now, CrashLoop: now });
  });

  it('proves nothing on a replica that may not act', async () => {
    freshness.beat();
    mayAct = false;
    freshness.beat();
    expect(await evaluations()).toEqual({});
  });

  it('proves nothing while a watch is stale', async () => {
    watchAgeMs = 20_001;
    freshness.beat();
    expect(await evaluations()).toEqual({});
    expect((await metrics.frozen.get()).values).toMatchObject([{ value: 1 }]);
  });

  it('stands still for missing data only where there is a pod to judge', async () => {
    missing = 'no answer';
    freshness.beat();
    expect(freshness.missingOf('shop/shop-back')).toBe('SLOViolation: no answer');
    pods.delete('shop/a');
    freshness.beat();
    const now = clock.nowMs() / 1000;
    expect(freshness.missingOf('shop/shop-back')).toBeUndefined();
    expect(await evaluations()).toEqual({ SLOViolation: now, NotReady: now, CrashLoop: now });
    watchAgeMs = 20_001;
    freshness.beat();
    expect(await evaluations()).toEqual({});
  });

  it('tells of a gap once, when it lasts, and of its end', () => {
    missing = 'no answer';
    for (const step of [0, 2_999, 1, 5_000]) {
      clock.advance(step);
      freshness.beat();
      if (step === 2_999) expect(changes).toEqual([]);
    }
    missing = undefined;
    freshness.beat();
    expect(changes.map(({ condition, missing: why }) => [condition.type, why])).toEqual([
      ['SLOViolation', 'no answer'],
      ['SLOViolation', undefined],
    ]);
  });

  it('does not speak of a short gap', () => {
    missing = 'no answer';
    freshness.beat();
    clock.advance(2_000);
    missing = undefined;
    freshness.beat();
    expect(changes).toEqual([]);
  });

  it('knows how long it has been still', () => {
    freshness.beat();
    clock.advance(16_000);
    expect(freshness.ageMs()).toBe(16_000);
  });
});
