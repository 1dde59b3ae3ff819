import type { Clock } from '../clock.ts';
import type { World } from '../cluster/cluster-cache.ts';
import type { Policy } from '../policy/schema.ts';
import type { Ledger } from '../remediations/action-history.ts';
import type { PodMonitor } from './condition/observe.ts';

/** A workload that got whole, by whatever means, gets the healer's full attention again. */
export function forgiveWhole(
  parts: { readonly ledger: Ledger; readonly world: World; readonly monitor: PodMonitor; readonly clock: Clock },
  policies: readonly Policy[],
): void {
  const { ledger, world, monitor, clock } = parts;
  for (const entry of ledger.entries()) {
    const policy = policies.find(({ name }) => name === entry.policy);
    if (entry.outcome !== 'failed' || policy === undefined) continue;
    const pods = world
      .podsOf(entry.workload)
      .filter((pod) => policy.conditions.every((condition) => monitor.isWell(pod, policy, condition, clock.nowMs())));
    const [first] = pods;
    const desired = first === undefined ? undefined : world.workloadOf(first)?.desiredReplicas;
    if (desired !== undefined && pods.length >= desired) ledger.forgive(entry.workload);
  }
}
