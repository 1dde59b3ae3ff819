import { describe, expect, it } from 'vitest';
import { revision, workload } from '../../test/fakes/release-samples.ts';
import { entry, NOW_MS } from '../../test/fakes/samples.ts';
import { HelmRules } from '../policy/helm-conditions.ts';
import type { ReleasePolicy } from './condition/release-policy.ts';
import { objectionTo, RELEASE_GUARDS, type ReleaseFacts } from './release-guards.ts';

const policy: ReleasePolicy = {
  name: 'releases',
  namespaces: ['shop'],
  selector: { app: 'shop-release' },
  mode: 'auto',
  paused: undefined,
  windows: [],
  blockingAlerts: [],
  helm: HelmRules.parse({}),
  limits: { cooldownMs: 60_000, budget: { actions: 2, perMs: 600_000 }, verifyWithinMs: 120_000 },
};

function facts(changes: Partial<ReleaseFacts> = {}): ReleaseFacts {
  return {
    incident: 'incident-1',
    step: { action: 'RollbackRelease' },
    actions: [],
    buckets: { cluster: { actions: 20, perMs: 600_000 }, namespace: { actions: 10, perMs: 600_000 } },
    policy,
    latest: revision({ revision: 2 }),
    mine: true,
    watches: [{ name: 'pods', ageMs: 100 }],
    staleWatchMs: 20_000,
    allowedNamespaces: ['shop'],
    ownNamespace: 'healproof-system',
    namespaceOptedOut: false,
    namespacePausedUntilMs: undefined,
    storm: undefined,
    blockingAlert: undefined,
    rollbacks: [],
    ...changes,
  };
}

const other = (atMs: number) => ({ key: 'shop/other', atMs });

/** Situations to which exactly one guard objects, and the harm that is done without it. */
const DANGERS: readonly { refusal: string; harm: string; changes: Partial<ReleaseFacts> }[] = [
  { refusal: 'NotMyShard', harm: 'two replicas roll one release back', changes: { mine: false } },
  {
    refusal: 'StaleWatch',
    harm: 'a release that was mended long ago is rolled back',
    changes: { watches: [{ name: 'releases of shop', ageMs: Number.POSITIVE_INFINITY }] },
  },
  {
    refusal: 'NamespaceNotAllowed',
    harm: 'a release of a namespace that never agreed is rolled back',
    changes: { allowedNamespaces: ['elsewhere'] },
  },
  {
    refusal: 'NamespaceNotAllowed',
    harm: 'a workload in a namespace that never agreed is changed by its release',
    changes: { latest: revision({ workloads: [workload({ namespace: 'kube-system' })] }) },
  },
  { refusal: 'OptedOut', harm: 'a namespace under repair by hand is touched', changes: { namespaceOptedOut: true } },
  { refusal: 'OptedOut', harm: 'a namespace nobody knows is touched', changes: { namespaceOptedOut: undefined } },
  {
    refusal: 'OptedOut',
    harm: 'a workload that keeps the healer off is changed',
    changes: { latest: revision({ workloads: [workload({ optedOut: true })] }) },
  },
  {
    refusal: 'Paused',
    harm: 'a pause that somebody asked for in the policy is broken',
    changes: { policy: { ...policy, paused: { untilMs: NOW_MS + 1_000, reason: 'a migration' } } },
  },
  { refusal: 'Paused', harm: 'a paused namespace is touched', changes: { namespacePausedUntilMs: NOW_MS + 1_000 } },
  {
    refusal: 'OutsideWindow',
    harm: 'a release is rolled back at a time at which nobody wants it',
    changes: {
      policy: {
        ...policy,
        windows: [{ effect: 'deny', schedule: '* * * * *', durationMs: 3_600_000, timeZone: 'UTC' }],
      },
    },
  },
  {
    refusal: 'BlockedByAlert',
    harm: 'a release is rolled back during an outage that the policy wants to be heeded',
    changes: { blockingAlert: 'alert Outage fires' },
  },
  {
    refusal: 'Storm',
    harm: 'an outage of everything is answered with rollbacks',
    changes: { storm: '40 pods are sick' },
  },
  {
    refusal: 'Cooldown',
    harm: 'the effect of the last rollback is not waited for',
    changes: { rollbacks: [{ key: 'shop/shop-release', atMs: NOW_MS - 59_000 }] },
  },
  {
    refusal: 'BudgetExhausted',
    harm: 'a quarrel over many releases has no bound',
    changes: { rollbacks: [other(NOW_MS - 1_000), other(NOW_MS - 2_000)] },
  },
  {
    refusal: 'NamespaceBudget',
    harm: 'evictions and rollbacks of many policies together turn a whole namespace over',
    changes: {
      actions: [
        entry({ incident: 'i1', policy: 'p1', action: 'EvictPod', atMs: NOW_MS - 1 }),
        entry({
          incident: 'i2',
          policy: 'p2',
          action: 'RollbackRelease',
          workload: 'Release/shop/a',
          atMs: NOW_MS - 2,
        }),
      ],
      buckets: { cluster: { actions: 9, perMs: 600_000 }, namespace: { actions: 2, perMs: 600_000 } },
    },
  },
  {
    refusal: 'GlobalBudget',
    harm: 'evictions and rollbacks of many policies together turn the cluster over',
    changes: {
      actions: [
        entry({ incident: 'i1', policy: 'p1', namespace: 'n1', action: 'RollbackWorkload', atMs: NOW_MS - 1 }),
        entry({ incident: 'i2', policy: 'p2', namespace: 'n2', action: 'RollbackRelease', atMs: NOW_MS - 2 }),
      ],
      buckets: { cluster: { actions: 2, perMs: 600_000 }, namespace: { actions: 9, perMs: 600_000 } },
    },
  },
  { refusal: 'DryRun', harm: 'a policy on trial acts', changes: { policy: { ...policy, mode: 'observe' } } },
];

describe('the guards of releases', () => {
  it('let a rollback pass when all is in order', () => {
    expect(objectionTo(facts(), NOW_MS)).toBeUndefined();
  });

  it.each(DANGERS)('$refusal: without it $harm', ({ refusal, changes }) => {
    expect(objectionTo(facts(changes), NOW_MS)).toMatchObject({ refusal });
    const others = RELEASE_GUARDS.filter((guard) => guard.refusal !== refusal);
    expect(objectionTo(facts(changes), NOW_MS, others)).toBeUndefined();
  });

  it('each have a danger that shows what they are for', () => {
    expect(new Set(DANGERS.map(({ refusal }) => refusal))).toEqual(
      new Set(RELEASE_GUARDS.map(({ refusal }) => refusal)),
    );
  });

  it('say when it is worth asking again', () => {
    const cooling = { rollbacks: [{ key: 'shop/shop-release', atMs: NOW_MS - 50_000 }] };
    expect(objectionTo(facts(cooling), NOW_MS)).toMatchObject({ retryAfterMs: 10_000 });
    const spent = { rollbacks: [other(NOW_MS - 500_000), other(NOW_MS - 2_000)] };
    expect(objectionTo(facts(spent), NOW_MS)).toMatchObject({ retryAfterMs: 100_000 });
  });

  it('forget rollbacks of long ago', () => {
    const old = { rollbacks: [other(NOW_MS - 700_000), other(NOW_MS - 800_000)] };
    expect(objectionTo(facts(old), NOW_MS)).toBeUndefined();
  });
});
