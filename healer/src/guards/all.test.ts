import { describe, expect, it } from 'vitest';
import { decide } from '../engines/recovery/decide.ts';
import type { ActionFacts } from '../engines/recovery/facts.ts';
import type { LedgerEntry } from '../engines/recovery/ledger.ts';
import { REFUSAL_REASONS } from '../names.ts';
import { facts, NOW_MS, pod, policy } from '../testing/samples.ts';
import { GUARDS } from './all.ts';

function action(changes: Partial<LedgerEntry>): LedgerEntry {
  return {
    incident: 'other',
    policy: 'shop-back',
    workload: 'deployment-1',
    generation: 1,
    atMs: NOW_MS - 90_000,
    ...changes,
  };
}

const { limits } = policy();
const workload = facts().workload;
if (workload === undefined) throw new Error('the sample facts hold no workload');

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
    changes: { workload: { ...workload, rollout: '1 pods of an older revision are still there' } },
  },
  {
    refusal: 'GaveUp',
    harm: 'the same is done for ever although it does not help',
    changes: {
      actions: [3, 2, 1].map((minutes) => action({ atMs: NOW_MS - minutes * 700_000, outcome: 'failed' })),
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
    changes: { actions: [1, 2, 3].map((n) => action({ workload: `deployment-${n + 1}`, atMs: NOW_MS - n * 100_000 })) },
  },
  {
    refusal: 'MinHealthy',
    harm: 'the last healthy pods are taken away with the sick ones',
    changes: { peers: { total: 3, healthyOthers: 1 } },
  },
  { refusal: 'DryRun', harm: 'a policy on trial acts', changes: { policy: policy({ mode: 'observe' }) } },
];

describe('the guards', () => {
  it('let an action through when nothing speaks against it', () => {
    expect(decide(facts(), NOW_MS)).toEqual({ kind: 'act', action: 'EvictPod' });
  });

  it.each(DANGERS)('$refusal: without it $harm', ({ refusal, changes }) => {
    const danger = facts(changes);
    expect(decide(danger, NOW_MS)).toMatchObject({ kind: 'refuse', refusal, reason: expect.stringMatching(/\w/) });
    const without = GUARDS.filter((guard) => guard.refusal !== refusal);
    expect(decide(danger, NOW_MS, without)).toEqual({ kind: 'act', action: 'EvictPod' });
  });

  it('each have a danger here and a label of their own that the runner knows', () => {
    const labels = GUARDS.map(({ refusal }) => refusal);
    expect(new Set(labels).size).toBe(labels.length);
    expect(new Set(DANGERS.map(({ refusal }) => refusal))).toEqual(new Set(labels));
    for (const label of labels) expect(REFUSAL_REASONS).toContain(label);
  });

  it('ask again when the obstacle can be gone', () => {
    const cooling = facts({ actions: [action({ atMs: NOW_MS - 20_000 })] });
    expect(decide(cooling, NOW_MS)).toMatchObject({ refusal: 'Cooldown', retryAfterMs: 40_000 });
    const spent = facts({ actions: [400, 300, 200].map((s) => action({ atMs: NOW_MS - s * 1000 })) });
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
