import { describe, expect, it } from 'vitest';
import { clusterOf } from '../../test/fakes/cluster.ts';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { entry as action, pod, policy } from '../../test/fakes/samples.ts';
import { ActionHistory } from '../remediations/action-history.ts';
import type { PodMonitor } from './condition/observe.ts';
import { resetFailures } from './reset-failures.ts';

const monitor = { isWell: ({ ready }: { ready: boolean }) => ready } as unknown as PodMonitor;

function outcomeWith(readiness: readonly boolean[], entry: { policy: string; outcome?: 'failed' }): string | undefined {
  const clock = new ManualClock();
  const actionHistory = new ActionHistory();
  actionHistory.add(action(entry));
  const pods = readiness.map((ready, index) => pod({ name: `p${index}`, ready }));
  resetFailures({ actionHistory, cluster: clusterOf(clock, pods), monitor, clock }, [policy()]);
  return actionHistory.entries()[0]?.outcome;
}

describe('a workload on which actions failed', () => {
  const failed = { policy: 'shop/shop-back', outcome: 'failed' } as const;

  it.each([
    ['is reset when all its replicas are well', [true, true, true], failed, 'reset'],
    ['is not reset while one is not', [true, true, false], failed, 'failed'],
    ['is not reset while one is missing', [true, true], failed, 'failed'],
    ['is not reset when it has no pods', [], failed, 'failed'],
    ['is not reset by a policy that is gone', [true, true, true], { ...failed, policy: 'other' }, 'failed'],
    ['is not judged before anybody knows', [true, true, true], { policy: 'shop/shop-back' }, undefined],
  ] as const)('%s', (_title, readiness, entry, outcome) => {
    expect(outcomeWith(readiness, entry)).toBe(outcome);
  });
});
