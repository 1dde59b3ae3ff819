import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { Policy } from '../policy/schema.ts';
import type { ActionHistory } from '../remediations/action-history.ts';
import type { PodMonitor } from './condition/observe.ts';

/** A workload that got whole, by whatever means, gets the healer's full attention again. */
export function resetFailures(
  parts: {
    readonly actionHistory: ActionHistory;
    readonly cluster: ClusterCache;
    readonly monitor: PodMonitor;
    readonly clock: Clock;
  },
  policies: readonly Policy[],
): void {
  const { actionHistory, cluster, monitor, clock } = parts;
  for (const entry of actionHistory.entries()) {
    const policy = policies.find(({ name }) => name === entry.policy);
    if (entry.outcome !== 'failed' || policy === undefined) continue;
    const pods = cluster
      .podsOf(entry.workload)
      .filter((pod) => policy.conditions.every((condition) => monitor.isWell(pod, policy, condition, clock.nowMs())));
    const [first] = pods;
    const desired = first === undefined ? undefined : cluster.workloadOf(first)?.desiredReplicas;
    if (desired !== undefined && pods.length >= desired) actionHistory.resetFailures(entry.workload);
  }
}
