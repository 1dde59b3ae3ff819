import type { ActionFacts } from '../engines/recovery/facts.ts';
import type { PodView } from '../monitors/pod/pod.ts';
import { parsePolicies } from '../policy/parse.ts';
import type { Policy } from '../policy/schema.ts';

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
    ready: true,
    readyChangedAtMs: NOW_MS - 600_000,
    notReadySinceMs: undefined,
    wasReady: true,
    containers: [],
    ...changes,
  };
}

export const POLICY_TEXT = `
policies:
  - name: shop-back
    namespace: shop
    selector: {app: shop-back}
    conditions:
      - {type: SloSick, query: error_ratio, threshold: "> 0.5", replicaLabel: replica, replicaIs: podIP, for: 3s}
      - {type: NotReady, for: 10s}
      - {type: CrashLoop, restarts: 3}
    limits: {minHealthy: "51%", cooldown: 60s, budget: {actions: 3, per: 10m}}
`;

/** The policies of a text that is known to be good. */
export function policiesOf(text: string): readonly Policy[] {
  const parsed = parsePolicies(text, 'healproof-system');
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return parsed.policies;
}

export function policy(changes: Partial<Policy> = {}): Policy {
  const [first] = policiesOf(POLICY_TEXT);
  if (first === undefined) throw new Error('the sample text holds no policy');
  return { ...first, ...changes };
}

/** Facts that no guard objects to: one sick pod of three, everything else in order. */
export function facts(changes: Partial<ActionFacts> = {}): ActionFacts {
  return {
    incident: 'incident-1',
    policy: policy(),
    target: pod(),
    workload: {
      uid: 'deployment-1',
      key: 'shop/Deployment/shop-back',
      generation: 1,
      desiredReplicas: 3,
      rollout: undefined,
    },
    mine: true,
    watches: [{ name: 'pods', ageMs: 100 }],
    staleWatchMs: 20_000,
    allowedNamespaces: ['shop'],
    ownNamespace: 'healproof-system',
    namespaceOptedOut: false,
    peers: { total: 3, healthyOthers: 2 },
    actions: [],
    ...changes,
  };
}
