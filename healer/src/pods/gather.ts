import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { ActionFacts } from '../guards/action-facts.ts';
import type { Policy } from '../policy/schema.ts';
import { type ActionHistory, failuresOf } from '../remediations/action-history.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { causeOf } from './condition/cause.ts';
import type { PodMonitor } from './condition/observe.ts';
import { nextStep } from './ladder.ts';
import type { Case } from './pod-case.ts';

export interface FactSources {
  readonly cluster: ClusterCache;
  readonly monitor: PodMonitor;
  readonly actionHistory: ActionHistory;
  readonly shards: ShardOwnership;
  readonly limits: Pick<ActionFacts, 'staleWatchMs' | 'allowedNamespaces' | 'ownNamespace' | 'buckets'>;
  readonly storm: () => string | undefined;
  readonly blockingAlert: (policy: Policy) => string | undefined;
}

/** Everything that a decision about a sick pod rests on, as it is now. */
export function gatherFacts(sources: FactSources, sick: Case, nowMs: number): ActionFacts {
  const { cluster, actionHistory, shards, limits } = sources;
  const { incident, pod, policy, condition } = sick;
  const current = cluster.pods.get(pod.key);
  const workload = cluster.workloadOf(pod);
  const namespace = cluster.namespaces.get(pod.namespace);
  const cause = causeOf(condition.type, workload, cluster.isOfNewRevision(pod));
  const failures = failuresOf(actionHistory.entries(), cluster.ownerOf(pod), workload?.generation ?? 0);
  const { inapplicable } = incident;
  return {
    ...limits,
    ...nextStep(condition.steps, { condition: condition.type, cause, failures, inapplicable }),
    incident: incident.id,
    policy,
    condition: condition.type,
    target: current?.uid === pod.uid ? current : undefined,
    workload,
    siblings: cluster.podsOf(cluster.ownerOf(pod)).filter(({ uid }) => uid !== pod.uid),
    mine: shards.mayActOn(cluster.ownerOf(pod)),
    watches: cluster.watchAges(),
    namespaceOptedOut: namespace?.optedOut,
    namespacePausedUntilMs: namespace?.pausedUntilMs,
    node: pod.node === undefined ? undefined : cluster.nodes.get(pod.node),
    peers: peersOf(sources, sick, nowMs),
    actions: actionHistory.entries(),
    storm: sources.storm(),
    blockingAlert: sources.blockingAlert(policy),
  };
}

function peersOf(
  { cluster, monitor }: FactSources,
  { pod, policy, condition }: Case,
  nowMs: number,
): ActionFacts['peers'] {
  const pods = monitor.podsOf(policy);
  const workloads = new Map(
    pods.flatMap((each) => {
      const facts = cluster.workloadOf(each);
      return facts === undefined ? [] : [[facts.key, facts.desiredReplicas] as const];
    }),
  );
  const desired = [...workloads.values()].reduce((sum, replicas) => sum + replicas, 0);
  const well = pods.filter((each) => each.uid !== pod.uid && monitor.isWell(each, policy, condition, nowMs));
  return { total: Math.max(pods.length, desired), healthyOthers: well.length };
}
