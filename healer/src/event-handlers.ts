import type { ClusterCache } from './cluster/cluster-cache.ts';
import type { IncidentStore } from './incidents/incident-store.ts';
import type { SloSampler } from './pods/condition/slo-sampler.ts';
import type { PolicyStore } from './policies/policy-store.ts';
import type { Policy } from './policy/schema.ts';
import { selects } from './policy/selector.ts';
import type { ActionHistory } from './remediations/action-history.ts';
import { entryOf } from './remediations/past-action.ts';
import type { RemediationOwnership } from './remediations/remediation-ownership.ts';

export interface EventHandlersParts {
  readonly cluster: ClusterCache;
  readonly policies: PolicyStore;
  readonly remediations: Pick<RemediationOwnership, 'knows'>;
  readonly actionHistory: ActionHistory;
  readonly incidents: IncidentStore;
  readonly lookAt: (podKey: string) => void;
}

/** Passes on what the watches and samplers bring to whoever has to know of it. */
export class EventHandlers {
  readonly #parts: EventHandlersParts;

  constructor(parts: EventHandlersParts) {
    this.#parts = parts;
  }

  /** From now on; once for each world. */
  begin(): void {
    const { cluster, policies, lookAt } = this.#parts;
    cluster.pods.onChange(({ key }) => lookAt(key));
    for (const [kind, store] of [
      ['HealingPolicy', cluster.policies],
      ['ClusterHealingPolicy', cluster.clusterPolicies],
    ] as const) {
      store.onChange(({ key, current }) => {
        if (current === undefined) policies.withdraw(key);
        else policies.offer(kind, current);
      });
    }
    this.#learnFromOthers();
  }

  /** After each evaluation sick replicas are looked at, and those that an incident is open about. */
  evaluated(policy: Policy, sampler: SloSampler): void {
    const { cluster, incidents, lookAt } = this.#parts;
    const replicas = sampler.replicas();
    const { replicaIs } = sampler.condition;
    for (const pod of cluster.pods.values()) {
      if (!selects(policy, pod)) continue;
      const isSick = replicas.get(replicaIs === 'podIP' ? (pod.ip ?? '') : pod.name) === true;
      if (isSick || incidents.onPod(pod.key).length > 0) lookAt(pod.key);
    }
  }

  /** Of its own actions this replica knows more than the watch has brought. */
  #learnFromOthers(): void {
    const { cluster, remediations, actionHistory } = this.#parts;
    cluster.remediations.onChange(({ current }) => {
      if (current?.spec === undefined || remediations.knows(current.spec.incident)) return;
      const entry = entryOf(current);
      if (entry === undefined) actionHistory.remove(current.spec.incident);
      else actionHistory.add(entry);
    });
  }
}
