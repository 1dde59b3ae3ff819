import { describe, expect, it } from 'vitest';
import { entry as action, facts, NOW_MS, node, pod, policy, workload } from '../../test/fakes/samples.ts';
import type { WorkloadFacts } from '../cluster/workload-facts.ts';
import type { ActionFacts } from '../guards/action-facts.ts';
import { REFUSAL_REASONS } from '../names.ts';
import { decide } from './decide.ts';
import { GUARDS } from './pod-guards.ts';

const { limits } = policy();
const EVICT = { action: 'EvictPod', attempts: 3, withinMs: undefined } as const;
const HOUR_MS = 3_600_000;

const stateful = (changes: Partial<WorkloadFacts> = {}): WorkloadFacts =>
  workload({ uid: 'set-1', kind: 'StatefulSet', replaces: 'in order', ...changes });

/** Situations to which exactly one guard objects, and the harm that is done without it. */
const DANGERS: readonly { refusal: string; harm: string; changes: Partial<ActionFacts> }[] = [
  { refusal: 'NotMyShard', harm: 'two replicas act on one incident', changes: { mine: false } },
  {
    refusal: 'StaleWatch',
    harm: 'a pod that has long been well is evicted',
    changes: { watches: [{ name: 'pods', ageMs: 20_001 }] },
  },
  {
    refusal: 'StaleWatch',
    harm: 'decisions are made before anything was listed',
    changes: { watches: [{ name: 'deployments', ageMs: Number.POSITIVE_INFINITY }] },
  },
  {
    refusal: 'StaleWatch',
    harm: 'an age nobody knows counts as fresh',
    changes: { watches: [{ name: 'pods', ageMs: Number.NaN }] },
  },
  { refusal: 'TargetGone', harm: 'an action is spent on nothing', changes: { target: undefined } },
  { refusal: 'TargetGone', harm: 'a pod is removed twice', changes: { target: pod({ terminating: true }) } },
  {
    refusal: 'NamespaceNotAllowed',
    harm: 'a pod outside the allow-list is evicted',
    changes: { allowedNamespaces: ['elsewhere'] },
  },
  {
    refusal: 'NamespaceNotAllowed',
    harm: 'a part of the cluster itself is evicted',
    changes: { allowedNamespaces: ['kube-system'], target: pod({ namespace: 'kube-system' }) },
  },
  {
    refusal: 'NamespaceNotAllowed',
    harm: 'the healer evicts itself',
    changes: { allowedNamespaces: ['healproof-system'], target: pod({ namespace: 'healproof-system' }) },
  },
  {
    refusal: 'OptedOut',
    harm: 'a pod that somebody is examining is taken away',
    changes: { target: pod({ optedOut: true }) },
  },
  { refusal: 'OptedOut', harm: 'a paused namespace is acted in', changes: { namespaceOptedOut: true } },
  { refusal: 'OptedOut', harm: 'a namespace nobody knows is acted in', changes: { namespaceOptedOut: undefined } },
  { refusal: 'NotReplaceable', harm: 'a pod is lost for good', changes: { workload: undefined } },
  {
    refusal: 'RolloutInProgress',
    harm: 'a rollout is made slower by evicting its new pods',
    changes: { workload: workload({ rollout: '1 pods of an older revision are still there' }) },
  },
  {
    refusal: 'GaveUp',
    harm: 'the same is done for ever although it does not help',
    changes: {
      actions: [3, 2, 1].map((n) => action({ incident: `i${n}`, atMs: NOW_MS - n * 700_000, outcome: 'failed' })),
    },
  },
  {
    refusal: 'Cooldown',
    harm: 'a second pod goes before the first one is replaced',
    changes: { actions: [action({ atMs: NOW_MS - limits.cooldownMs + 1 })] },
  },
  {
    refusal: 'BudgetExhausted',
    harm: 'a policy gone wrong restarts everything it selects',
    changes: {
      actions: [1, 2, 3].map((n) =>
        action({ incident: `i${n}`, workload: `deployment-${n + 1}`, atMs: NOW_MS - n * 100_000 }),
      ),
    },
  },
  {
    refusal: 'MinHealthy',
    harm: 'the last healthy pods are taken away with the sick ones',
    changes: { peers: { total: 3, healthyOthers: 1 } },
  },
  {
    refusal: 'OneAtATime',
    harm: 'a second member of a quorum goes while the first one is away',
    changes: { workload: stateful(), siblings: [pod({ name: 'back-2' })] },
  },
  {
    refusal: 'OneAtATime',
    harm: 'one more member goes that still serves while a later one is away',
    changes: { workload: stateful(), siblings: [pod({ name: 'back-0' })] },
  },
  {
    refusal: 'OneAtATime',
    harm: 'a second member goes while the first one is on its way out',
    changes: { workload: stateful(), siblings: [pod({ name: 'back-0' }), pod({ name: 'back-2', terminating: true })] },
  },
  {
    refusal: 'OneAtATime',
    harm: 'a second member goes before it is seen whether the first one came back well',
    changes: {
      workload: stateful({ replaces: 'one at a time' }),
      siblings: [pod({ name: 'back-0' }), pod({ name: 'back-2' })],
      actions: [action({ workload: 'set-1', atMs: NOW_MS - 70_000 })],
    },
  },
  {
    refusal: 'OneAtATime',
    harm: 'the next ordinal goes before it is seen whether the one before it came back well',
    changes: {
      target: pod({ name: 'back-2', ready: false }),
      workload: stateful(),
      siblings: [pod({ name: 'back-0' }), pod({ name: 'back-1' })],
      actions: [action({ workload: 'set-1', atMs: NOW_MS - 70_000 })],
    },
  },
  {
    refusal: 'OneAtATime',
    harm: 'a pod goes that its controller does not make again before another one is Ready',
    changes: { workload: stateful(), siblings: [pod({ name: 'back-0', ready: false }), pod({ name: 'back-2' })] },
  },
  { refusal: 'DryRun', harm: 'a policy on trial acts', changes: { policy: policy({ mode: 'observe' }) } },
  { refusal: 'DryRun', harm: 'advice is carried out', changes: { policy: policy({ mode: 'advise' }) } },
  {
    refusal: 'OptedOut',
    harm: 'a pod is taken from a node that somebody is examining',
    changes: { node: node({ optedOut: true }) },
  },
  {
    refusal: 'GaveUp',
    harm: 'the last step is done for ever',
    changes: { exhausted: 'EvictPod did not help 3 times' },
  },
  {
    refusal: 'Paused',
    harm: 'a policy acts while people work on what it heals',
    changes: { policy: policy({ paused: { untilMs: NOW_MS + 1, reason: 'migration' } }) },
  },
  { refusal: 'Paused', harm: 'a paused pod is taken away', changes: { target: pod({ pausedUntilMs: NOW_MS + 1 }) } },
  { refusal: 'Paused', harm: 'a paused namespace is acted in', changes: { namespacePausedUntilMs: NOW_MS + 1 } },
  {
    refusal: 'Paused',
    harm: 'a pause that nobody can read counts as over',
    changes: { node: node({ pausedUntilMs: Number.POSITIVE_INFINITY }) },
  },
  {
    refusal: 'OutsideWindow',
    harm: 'it acts outside of the hours it was given',
    changes: {
      policy: policy({ windows: [{ effect: 'allow', schedule: '0 3 * * *', durationMs: HOUR_MS, timeZone: 'UTC' }] }),
    },
  },
  {
    refusal: 'OutsideWindow',
    harm: 'it acts in the middle of a maintenance',
    changes: {
      policy: policy({ windows: [{ effect: 'deny', schedule: '0 22 * * *', durationMs: HOUR_MS, timeZone: 'UTC' }] }),
    },
  },
  {
    refusal: 'BlockedByAlert',
    harm: 'it acts while an alert says that this is no time to',
    changes: { blockingAlert: 'alert DatabaseFailover fires, which policy shop/shop-back heeds' },
  },
  {
    refusal: 'Storm',
    harm: 'pods are evicted all over a cluster whose network is gone',
    changes: { storm: '40 pods are sick in a storm' },
  },
  {
    refusal: 'Flapping',
    harm: 'a workload is patched up for ever',
    changes: {
      actions: [1, 2, 3, 4].map((n) => action({ incident: `i${n}`, atMs: NOW_MS - n * 300_000, outcome: 'helped' })),
      policy: policy({ limits: { ...limits, budget: { actions: 9, perMs: 600_000 } } }),
    },
  },
  {
    refusal: 'NamespaceBudget',
    harm: 'rollbacks of releases and workloads do not count, so that pods are evicted beside them without a bound',
    changes: {
      actions: [
        action({
          incident: 'i1',
          policy: 'p1',
          workload: 'Release/shop/a',
          action: 'RollbackRelease',
          atMs: NOW_MS - 1,
        }),
        action({ incident: 'i2', policy: 'p2', workload: 'w2', action: 'RollbackWorkload', atMs: NOW_MS - 2 }),
      ],
      buckets: { cluster: { actions: 9, perMs: 600_000 }, namespace: { actions: 2, perMs: 600_000 } },
    },
  },
  {
    refusal: 'GlobalBudget',
    harm: 'rollbacks of releases and workloads all over the cluster do not count',
    changes: {
      actions: [
        action({
          incident: 'i1',
          namespace: 'n1',
          policy: 'p1',
          workload: 'w1',
          action: 'RollbackRelease',
          atMs: NOW_MS,
        }),
        action({
          incident: 'i2',
          namespace: 'n2',
          policy: 'p2',
          workload: 'w2',
          action: 'RollbackWorkload',
          atMs: NOW_MS,
        }),
      ],
      buckets: { cluster: { actions: 2, perMs: 600_000 }, namespace: { actions: 9, perMs: 600_000 } },
    },
  },
  {
    refusal: 'GlobalBudget',
    harm: 'a bad template is rolled back although the healer has spent all it may do',
    changes: {
      step: { action: 'RollbackWorkload', attempts: 1, withinMs: undefined },
      actions: [
        action({ incident: 'i1', namespace: 'n1', policy: 'p1', workload: 'w1', atMs: NOW_MS - 1 }),
        action({ incident: 'i2', namespace: 'n2', policy: 'p2', workload: 'w2', atMs: NOW_MS - 2 }),
      ],
      buckets: { cluster: { actions: 2, perMs: 600_000 }, namespace: { actions: 9, perMs: 600_000 } },
    },
  },
  {
    refusal: 'NamespaceBudget',
    harm: 'many policies together restart a whole namespace',
    changes: {
      actions: [1, 2].map((n) => action({ incident: `i${n}`, policy: `p${n}`, workload: `w${n}`, atMs: NOW_MS - n })),
      buckets: { cluster: { actions: 9, perMs: 600_000 }, namespace: { actions: 2, perMs: 600_000 } },
    },
  },
  {
    refusal: 'GlobalBudget',
    harm: 'many policies together restart the cluster',
    changes: {
      actions: [1, 2].map((n) =>
        action({ incident: `i${n}`, namespace: `n${n}`, policy: `p${n}`, workload: `w${n}`, atMs: NOW_MS - n }),
      ),
      buckets: { cluster: { actions: 2, perMs: 600_000 }, namespace: { actions: 9, perMs: 600_000 } },
    },
  },
  {
    refusal: 'StandsAside',
    harm: 'two hands drain one node, each with its own idea of what may go',
    changes: { node: node({ maintainedBy: 'cluster-autoscaler is removing it' }) },
  },
  { refusal: 'StandsAside', harm: 'a node nobody knows is worked on', changes: { node: undefined } },
  {
    refusal: 'StandsAside',
    harm: 'a change and its undoing chase each other',
    changes: {
      step: { action: 'RestartRollout', attempts: 1, withinMs: undefined },
      workload: workload({ keptBy: 'Flux' }),
    },
  },
  {
    refusal: 'Cooldown',
    harm: 'what does not help is done again and again at full pace',
    changes: {
      actions: [1, 2].map((n) => action({ incident: `i${n}`, atMs: NOW_MS - n * 100_000, outcome: 'failed' })),
    },
  },
];

describe('the guards', () => {
  it('let an action through when nothing speaks against it', () => {
    expect(decide(facts(), NOW_MS)).toEqual({ kind: 'act', step: EVICT });
  });

  it.each(DANGERS)('$refusal: without it $harm', ({ refusal, changes }) => {
    const danger = facts(changes);
    expect(decide(danger, NOW_MS)).toMatchObject({ kind: 'refuse', refusal, reason: expect.stringMatching(/\w/) });
    const without = GUARDS.filter((guard) => guard.refusal !== refusal);
    expect(decide(danger, NOW_MS, without)).toEqual({ kind: 'act', step: danger.step });
  });

  it('each have a danger here and a label of their own that the runner knows', () => {
    const labels = GUARDS.map(({ refusal }) => refusal);
    expect(new Set(labels).size).toBe(labels.length);
    expect(new Set(DANGERS.map(({ refusal }) => refusal))).toEqual(new Set(labels));
    for (const label of labels) expect(REFUSAL_REASONS).toContain(label);
  });

  it('let a pod go that all missing ones of its set wait for', () => {
    const target = pod({ name: 'back-1', ready: false });
    const stuck = { workload: stateful(), target, siblings: [pod({ name: 'back-0' })] };
    const actions = [action({ workload: 'set-1', atMs: NOW_MS - 70_000 })];
    expect(decide(facts({ ...stuck, actions }), NOW_MS)).toMatchObject({ kind: 'act' });
    const parallel = { ...stuck, workload: stateful({ replaces: 'one at a time' }) };
    expect(decide(facts({ ...parallel, actions }), NOW_MS)).toMatchObject({ refusal: 'OneAtATime' });
  });

  it('count the pods before one from the ordinal at which its set begins', () => {
    const target = pod({ name: 'back-5', ready: false });
    const siblings = [pod({ name: 'back-4' }), pod({ name: 'back-6' })];
    const from = (firstOrdinal: number) =>
      decide(facts({ workload: stateful({ firstOrdinal }), target, siblings }), NOW_MS);
    expect(from(4)).toMatchObject({ kind: 'act' });
    expect(from(3)).toMatchObject({ refusal: 'OneAtATime' });
  });

  it('ask again when the obstacle can be gone', () => {
    const cooling = facts({ actions: [action({ atMs: NOW_MS - 20_000 })] });
    expect(decide(cooling, NOW_MS)).toMatchObject({ refusal: 'Cooldown', retryAfterMs: 40_000 });
    const spent = facts({
      actions: [400, 300, 200].map((s) => action({ incident: `i${s}`, atMs: NOW_MS - s * 1000 })),
    });
    expect(decide(spent, NOW_MS)).toMatchObject({ refusal: 'BudgetExhausted', retryAfterMs: 200_000 });
  });

  it('let the same action be tried again: its own entry is no reason against it', () => {
    const own = action({ incident: 'incident-1', atMs: NOW_MS - 1000 });
    expect(decide(facts({ actions: [own] }), NOW_MS)).toMatchObject({ kind: 'act' });
  });

  it.each([
    ['another workload was acted on', action({ workload: 'deployment-9', atMs: NOW_MS - 1000 })],
    ['the last action is just long enough ago', action({ atMs: NOW_MS - 60_000 })],
  ])('do not cool down when %s', (_title, entry) => {
    expect(decide(facts({ actions: [entry] }), NOW_MS)).toMatchObject({ kind: 'act' });
  });

  it.each([
    [
      'an action helped since',
      [action({ outcome: 'failed' }), action({ outcome: 'failed' }), action({ outcome: 'helped' })],
    ],
    ['the workload was changed since', [1, 2, 3].map(() => action({ outcome: 'failed', generation: 0 }))],
    ['nobody knows yet whether the last ones helped', [1, 2].map(() => action({}))],
  ])('do not give up when %s', (_title, actions) => {
    const longAgo = actions.map((entry) => ({ ...entry, atMs: NOW_MS - 900_000 }));
    expect(decide(facts({ actions: longAgo }), NOW_MS)).toMatchObject({ kind: 'act' });
  });

  it.each([
    ['51%', 3, 2, 'act'],
    ['51%', 4, 2, 'refuse'],
    ['50%', 4, 2, 'act'],
    ['100%', 3, 2, 'refuse'],
    [2, 3, 2, 'act'],
    [3, 3, 2, 'refuse'],
    ['0%', 1, 0, 'act'],
  ] as const)('with minHealthy %s of %i pods and %i healthy others: %s', (minHealthy, total, healthyOthers, kind) => {
    const parsed =
      typeof minHealthy === 'number' ? { count: minHealthy } : { percent: Number.parseInt(minHealthy, 10) };
    const bounded = policy({ limits: { ...limits, minHealthy: parsed } });
    expect(decide(facts({ policy: bounded, peers: { total, healthyOthers } }), NOW_MS).kind).toBe(kind);
  });
});
