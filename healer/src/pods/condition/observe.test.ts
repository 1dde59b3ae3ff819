import { describe, expect, it } from 'vitest';
import { clusterOf } from '../../../test/fakes/cluster.ts';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { NOW_MS, pod, policy } from '../../../test/fakes/samples.ts';
import type { PodView } from '../../cluster/pod.ts';
import type { Condition, SLOViolationCondition } from '../../policy/schema.ts';
import { PodMonitor } from './observe.ts';
import { SloSamplers } from './slo-samplers.ts';

function condition(type: Condition['type']): Condition {
  const found = policy().conditions.find((each) => each.type === type);
  if (found === undefined) throw new Error(`the sample policy has no ${type}`);
  return found;
}

/** A monitor whose Prometheus answers with these ratios, or not at all. */
async function monitor(
  ratios: Readonly<Record<string, number>> | undefined,
  pods: PodView[] = [],
): Promise<PodMonitor> {
  const clock = new ManualClock();
  const samplers = new SloSamplers({
    clock,
    intervalMs: 1_000_000,
    staleAfterMs: 3_000,
    onEvaluated: () => evaluated.resolve(undefined),
    query: async () => {
      if (ratios === undefined) throw new Error('down');
      return Object.entries(ratios).map(([replica, value]) => ({ labels: { replica }, value, evaluatedAtMs: NOW_MS }));
    },
  });
  const evaluated = Promise.withResolvers();
  samplers.follow([policy()]);
  await evaluated.promise;
  samplers.follow([policy()]);
  const made = new PodMonitor(clusterOf(clock, pods).pods, samplers);
  samplers.of(policy(), condition('SLOViolation') as SLOViolationCondition)?.stop();
  return made;
}

const ip = '10.0.0.1';

describe('a pod is well', () => {
  it.each<[string, Condition['type'], Record<string, number> | undefined, Partial<PodView>, boolean]>([
    ['when it is Ready and measured as well', 'SLOViolation', { [ip]: 0 }, {}, true],
    ['not when it is measured as sick, also not for a moment', 'SLOViolation', { [ip]: 1 }, {}, false],
    ['not when its calls are not measured', 'SLOViolation', { other: 0 }, {}, false],
    ['not when nothing is measured, where that is the question', 'SLOViolation', undefined, {}, false],
    ['when nothing is measured, where that is not the question', 'NotReady', undefined, {}, true],
    ['not when it is sick in another way', 'NotReady', { [ip]: 1 }, {}, false],
    ['not when it is not Ready', 'NotReady', { [ip]: 0 }, { ready: false, notReadySinceMs: NOW_MS }, false],
    ['not when it is being deleted', 'NotReady', { [ip]: 0 }, { terminating: true }, false],
    ['not when it has ended', 'CrashLoop', { [ip]: 0 }, { phase: 'Failed' }, false],
    ['not when it became Ready only now', 'SLOViolation', { [ip]: 0 }, { readyChangedAtMs: NOW_MS - 1 }, false],
  ])('%s (%s)', async (_title, type, ratios, changes, well) => {
    const made = await monitor(ratios);
    expect(made.isWell(pod(changes), policy(), condition(type), NOW_MS)).toBe(well);
  });
});

it('a pod is not well while it is not Ready, whatever the policy asks for', async () => {
  const onlyCrashes = policy({ conditions: [condition('CrashLoop')] });
  const made = await monitor({});
  expect(made.isWell(pod(), onlyCrashes, condition('CrashLoop'), NOW_MS)).toBe(true);
  expect(made.isWell(pod({ ready: false }), onlyCrashes, condition('CrashLoop'), NOW_MS)).toBe(false);
});

describe('the pods of a policy', () => {
  it('are those it selects that serve or should serve', async () => {
    const pods = [
      pod({ name: 'a' }),
      pod({ name: 'not-ready', ready: false }),
      pod({ name: 'going', terminating: true }),
      pod({ name: 'ended', phase: 'Succeeded' }),
      pod({ name: 'other-app', labels: { app: 'other' } }),
      pod({ name: 'elsewhere', namespace: 'other' }),
    ];
    const made = await monitor({}, pods);
    expect(made.podsOf(policy()).map(({ name }) => name)).toEqual(['a', 'not-ready']);
  });
});
