import type { NodeView } from '../../src/cluster/node.ts';
import type { PodTarget, PodView } from '../../src/cluster/pod.ts';
import type { WorkloadFacts } from '../../src/cluster/workload-facts.ts';
import type { ActionFacts } from '../../src/guards/action-facts.ts';
import { type Incident, openedIncident } from '../../src/incidents/incident.ts';
import { type PolicyObject, parsePolicy } from '../../src/policy/parse.ts';
import type { Policy } from '../../src/policy/schema.ts';
import type { PastAction } from '../../src/remediations/action-history.ts';

export const NOW_MS = 1_700_000_000_000;

/** A pod of Deployment `shop-back`, Ready for ten minutes. */
export function pod(changes: Partial<PodView> = {}): PodView {
  const name = changes.name ?? 'back-1';
  return {
    key: `shop/${name}`,
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    labels: { app: 'shop-back' },
    optedOut: false,
    owner: { kind: 'ReplicaSet', name: 'shop-back-1', uid: 'rs-1' },
    node: 'worker',
    ip: '10.0.0.1',
    phase: 'Running',
    terminating: false,
    goneByMs: undefined,
    createdAtMs: NOW_MS - 660_000,
    pausedUntilMs: undefined,
    stretches: {},
    ready: true,
    readyChangedAtMs: NOW_MS - 600_000,
    notReadySinceMs: undefined,
    wasReady: true,
    containers: [],
    ...changes,
  };
}

export const SPEC = {
  selector: { matchLabels: { app: 'shop-back' } },
  conditions: [
    {
      type: 'SLOViolation',
      query: 'error_ratio',
      threshold: '> 0.5',
      replicaLabel: 'replica',
      replicaIs: 'podIP',
      for: '3s',
    },
    { type: 'NotReady', for: '10s' },
    { type: 'CrashLoop', restarts: 3 },
  ],
  limits: { minHealthy: '51%', cooldown: '60s', budget: { actions: 3, per: '10m' } },
};

export function policyObject(spec: object = SPEC, name = 'shop-back', namespace = 'shop'): PolicyObject {
  return { metadata: { namespace, name, uid: `uid-${namespace}-${name}`, generation: 1 }, spec };
}

/** A policy of namespace `shop` from a spec that is known to be good. */
export function policyOf(spec: object): Policy {
  const parsed = parsePolicy('HealingPolicy', policyObject(spec), 'healproof-system');
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return parsed.policy;
}

export function policy(changes: Partial<Policy> = {}): Policy {
  return { ...policyOf(SPEC), ...changes };
}

export function node(changes: Partial<NodeView> = {}): NodeView {
  return { name: 'worker', optedOut: false, pausedUntilMs: undefined, maintainedBy: undefined, ...changes };
}

/** Deployment `shop-back` with three replicas, rolled out. */
export function workload(changes: Partial<WorkloadFacts> = {}): WorkloadFacts {
  return {
    uid: 'deployment-1',
    kind: 'Deployment',
    namespace: 'shop',
    name: 'shop-back',
    key: 'shop/Deployment/shop-back',
    generation: 1,
    desiredReplicas: 3,
    rollout: undefined,
    revision: 1,
    replaces: 'freely',
    keptBy: undefined,
    ...changes,
  };
}

/** An action on that Deployment. */
export function entry(changes: Partial<PastAction> = {}): PastAction {
  return {
    incident: 'other',
    policy: 'shop/shop-back',
    namespace: 'shop',
    condition: 'NotReady',
    action: 'EvictPod',
    workload: 'deployment-1',
    generation: 1,
    atMs: NOW_MS - 90_000,
    ...changes,
  };
}

/** An incident about which nothing was said yet. */
export function incident(changes: Partial<Incident<PodTarget>> = {}): Incident<PodTarget> {
  const opened = openedIncident<PodTarget>({
    key: 'shop/shop-back/NotReady/uid-a',
    policy: 'shop/shop-back',
    condition: 'NotReady',
    target: { kind: 'Pod', namespace: 'shop', name: 'a', uid: 'uid-a' },
    objectKey: 'shop/a',
    episode: 1,
    owner: 'deployment-1',
    firstSeenMs: NOW_MS - 60_000,
    detectedAtMs: NOW_MS,
    reason: 'not Ready for 60.0 s',
  });
  return { ...opened, id: 'incident-a', ...changes };
}

/** Facts that no guard objects to: one sick pod of three, everything else in order. */
export function facts(changes: Partial<ActionFacts> = {}): ActionFacts {
  return {
    incident: 'incident-1',
    policy: policy(),
    condition: 'NotReady',
    step: { action: 'EvictPod', attempts: 3, withinMs: undefined },
    exhausted: undefined,
    target: pod(),
    workload: workload(),
    siblings: [],
    mine: true,
    watches: [{ name: 'pods', ageMs: 100 }],
    staleWatchMs: 20_000,
    allowedNamespaces: ['shop'],
    ownNamespace: 'healproof-system',
    namespaceOptedOut: false,
    namespacePausedUntilMs: undefined,
    node: node(),
    peers: { total: 3, healthyOthers: 2 },
    actions: [],
    buckets: { cluster: { actions: 20, perMs: 600_000 }, namespace: { actions: 10, perMs: 600_000 } },
    storm: undefined,
    blockingAlert: undefined,
    ...changes,
  };
}
