import type { ActionFacts } from '../guards/action-facts.ts';
import { blockedByAlert } from '../guards/blocked-by-alert.ts';
import { dryRun } from '../guards/dry-run.ts';
import type { Guard } from '../guards/guard.ts';
import { globalBudget } from '../guards/limits/global-budget.ts';
import { namespaceBudget } from '../guards/limits/namespace-budget.ts';
import { storm } from '../guards/limits/storm.ts';
import { notMyShard } from '../guards/not-my-shard.ts';
import { firstObjection, type Refusal } from '../guards/objection.ts';
import { outsideWindow } from '../guards/outside-window.ts';
import { paused } from '../guards/paused.ts';
import { staleWatch } from '../guards/stale-watch.ts';
import type { Surroundings } from '../guards/surroundings.ts';
import { FORBIDDEN_NAMESPACES } from '../policy/schema.ts';
import type { ReleasePolicy } from './condition/release-policy.ts';
import { type ReleaseRevision, releaseKey } from './secrets/release.ts';

/** Everything that may speak against rolling a release back, gathered at one moment. */
export interface ReleaseFacts extends Surroundings, Pick<ActionFacts, 'incident' | 'actions'> {
  readonly policy: ReleasePolicy;
  readonly step: { readonly action: 'RollbackRelease' | 'UninstallRelease' };
  readonly latest: ReleaseRevision;
  readonly mine: boolean;
  /** Every rollback of a release of this policy, whoever made it, epoch milliseconds; read from the releases themselves. */
  readonly rollbacks: readonly { readonly key: string; readonly atMs: number }[];
}

const MINUTE_MS = 60_000;

/**
 * Reasons not to roll a release back, in the order in which they are asked. How many pods are healthy is none of them:
 * a bad rollout makes all pods sick, and its rollback is one action.
 */
export const RELEASE_GUARDS: readonly Guard<ReleaseFacts>[] = [
  notMyShard,
  staleWatch,
  {
    refusal: 'NamespaceNotAllowed',
    check({ latest, allowedNamespaces, ownNamespace }) {
      const touched = [latest.namespace, ...latest.workloads.map(({ namespace }) => namespace)];
      const forbidden = [...FORBIDDEN_NAMESPACES, ownNamespace];
      const wrong = touched.find((each) => forbidden.includes(each) || !allowedNamespaces.includes(each));
      if (wrong === undefined) return undefined;
      return { reason: `namespace ${wrong} is not one the healer may act in`, retryAfterMs: MINUTE_MS };
    },
  },
  {
    refusal: 'OptedOut',
    check({ latest, namespaceOptedOut }) {
      const workload = latest.workloads.find(({ optedOut }) => optedOut);
      if (workload !== undefined) {
        return { reason: `${workload.kind} ${workload.name} keeps the healer off`, retryAfterMs: MINUTE_MS };
      }
      if (namespaceOptedOut === false) return undefined;
      const what = namespaceOptedOut === undefined ? 'is not known' : 'keeps the healer off';
      return { reason: `namespace ${latest.namespace} ${what}`, retryAfterMs: 5_000 };
    },
  },
  {
    refusal: 'Paused',
    check({ policy, latest: { namespace, release }, namespacePausedUntilMs }, nowMs) {
      const target = { name: release, namespace, pausedUntilMs: undefined };
      return paused.check({ policy, target, namespacePausedUntilMs, node: undefined }, nowMs);
    },
  },
  outsideWindow,
  blockedByAlert,
  {
    refusal: 'Cooldown',
    check({ policy, latest, rollbacks }, nowMs) {
      const own = rollbacks.filter(({ key }) => key === releaseKey(latest)).map(({ atMs }) => atMs);
      const leftMs = Math.max(...own) + policy.limits.cooldownMs - nowMs;
      if (!(leftMs > 0)) return undefined;
      return { reason: `it was rolled back lately, ${leftMs} ms to wait`, retryAfterMs: leftMs };
    },
  },
  {
    refusal: 'BudgetExhausted',
    check({ policy, rollbacks }, nowMs) {
      const { actions, perMs } = policy.limits.budget;
      const recent = rollbacks.map(({ atMs }) => atMs).filter((atMs) => atMs > nowMs - perMs);
      const frees = recent.sort((a, b) => a - b)[recent.length - actions];
      if (frees === undefined) return undefined;
      const reason = `${recent.length} of ${actions} rollbacks under policy ${policy.name} in ${perMs / 1000} s are used`;
      return { reason, retryAfterMs: frees + perMs - nowMs };
    },
  },
  {
    refusal: namespaceBudget.refusal,
    check: (facts, nowMs) => namespaceBudget.check({ ...facts, target: facts.latest }, nowMs),
  },
  globalBudget,
  storm,
  dryRun,
];

/** The first objection. */
export function objectionTo(
  facts: ReleaseFacts,
  nowMs: number,
  guards: readonly Guard<ReleaseFacts>[] = RELEASE_GUARDS,
): Refusal | undefined {
  return firstObjection(guards, facts, 'RollbackRelease', nowMs);
}
