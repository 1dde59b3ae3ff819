import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { PodView } from '../cluster/pod.ts';
import type { ActionFacts } from '../guards/action-facts.ts';
import type { SurroundingsReader } from '../guards/surroundings.ts';
import { type ActionHistory, failuresOf } from '../remediations/action-history.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { type Cause, causeOf } from './condition/cause.ts';
import type { PodMonitor } from './condition/observe.ts';
import { nextStep } from './ladder.ts';
import type { PodCase } from './performed-action.ts';

export interface FactSources {
  readonly cluster: ClusterCache;
  readonly monitor: PodMonitor;
  readonly actionHistory: ActionHistory;
  readonly shards: ShardOwnership;
  readonly surroundings: SurroundingsReader;
}

/** Everything that a decision about a sick pod rests on, as it is now. */
export function gatherFacts(
  sources: FactSources,
  sick: PodCase & { readonly pod: PodView },
  nowMs: number,
): ActionFacts & { readonly cause: Cause } {
  const { cluster, actionHistory, shards, surroundings } = sources;
  const { incident, pod, policy, condition } = sick;
  const current = cluster.pods.get(pod.key);
  const workload = cluster.workloadOf(pod);
  const owner = cluster.ownerOf(pod);
  const cause = causeOf(condition.type, workload, cluster.isOfNewRevision(pod));
  const failures = failuresOf(actionHistory.entries(), owner, workload?.generation ?? 0);
  const { inapplicable } = incident;
  return {
    ...surroundings.of(pod.namespace, policy),
    ...nextStep(condition.steps, { condition: condition.type, cause, failures, inapplicable }),
    cause,
    incident: incident.id,
    policy,
    condition: condition.type,
    target: current?.uid === pod.uid ? current : undefined,
    workload,
    siblings: cluster.podsOf(owner).filter(({ uid }) => uid !== pod.uid),
    mine: shards.mayActOn(owner),
    node: pod.node === undefined ? undefined : cluster.nodes.get(pod.node),
    peers: peersOf(sources, sick, nowMs),
    actions: actionHistory.entries(),
  };
}

function peersOf(
  { cluster, monitor }: FactSources,
  { pod, policy, condition }: PodCase & { readonly pod: PodView },
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
