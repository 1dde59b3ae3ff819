import type { ClusterCache } from './cluster/cluster-cache.ts';
import type { RolloutView } from './cluster/rollout.ts';
import type { IncidentStore } from './incidents/incident-store.ts';
import type { SloSampler } from './pods/condition/slo-sampler.ts';
import type { PodHealing } from './pods/pod-healing.ts';
import type { PolicyStore } from './policies/policy-store.ts';
import type { Policy } from './policy/schema.ts';
import { selects } from './policy/selector.ts';
import type { WorkingRevisions } from './releases/working-revisions.ts';
import type { ActionHistory } from './remediations/action-history.ts';
import { entryOf } from './remediations/past-action.ts';
import type { RemediationOwnership } from './remediations/remediation-ownership.ts';

export interface EventHandlersParts {
  readonly cluster: ClusterCache;
  readonly policies: PolicyStore;
  readonly remediations: Pick<RemediationOwnership, 'knows'>;
  readonly actionHistory: ActionHistory;
  readonly incidents: IncidentStore;
  readonly pods: Pick<PodHealing, 'lookAt'>;
  readonly workingRevisions: WorkingRevisions;
  readonly allowedNamespaces: readonly string[];
}

/** Passes on what the watches and samplers bring to whoever has to know of it. */
export class EventHandlers {
  readonly #parts: EventHandlersParts;

  constructor(parts: EventHandlersParts) {
    this.#parts = parts;
  }

  /** From now on; once for each cluster cache. */
  begin(): void {
    const { cluster, policies, pods } = this.#parts;
    cluster.pods.onChange(({ key }) => pods.lookAt(key));
    for (const [kind, store] of [
      ['HealingPolicy', cluster.policies],
      ['ClusterHealingPolicy', cluster.clusterPolicies],
    ] as const) {
      store.onChange(({ key, current }) => {
        if (current === undefined) policies.withdraw(key);
        else policies.offer(kind, current);
      });
    }
    cluster.onRolloutChange((key, rollout) => this.#noteRollout(key, rollout));
    this.#learnFromOthers();
  }

  /** After each evaluation sick replicas are looked at, and those that an incident is open about. */
  evaluated(policy: Policy, sampler: SloSampler): void {
    const { cluster, incidents, pods } = this.#parts;
    const replicas = sampler.replicas();
    const { replicaIs } = sampler.condition;
    for (const pod of cluster.pods.values()) {
      if (!selects(policy, pod)) continue;
      const isSick = replicas.get(replicaIs === 'podIP' ? (pod.ip ?? '') : pod.name) === true;
      if (isSick || incidents.about(pod.key).length > 0) pods.lookAt(pod.key);
    }
  }

  #noteRollout(key: string, rollout: RolloutView | undefined): void {
    const { allowedNamespaces, workingRevisions } = this.#parts;
    if (rollout === undefined || allowedNamespaces.includes(rollout.namespace)) workingRevisions.note(key, rollout);
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
