import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { RolloutView } from '../cluster/rollout.ts';
import type { SloSampler } from '../pods/condition/slo-sampler.ts';
import type { PolicyStore } from '../policies/policy-store.ts';
import type { Policy } from '../policy/schema.ts';
import { selects } from '../policy/selector.ts';
import { entryOf } from '../remediations/past-action.ts';
import type { Healing } from './healing.ts';
import type { Records } from './records.ts';

/** Passes on what the watches and samplers bring to whoever has to know of it. */
export class EventHandlers {
  readonly #allowedNamespaces: readonly string[];
  readonly #cluster: ClusterCache;
  readonly #policies: PolicyStore;
  readonly #records: Records;
  readonly #healing: Healing;

  constructor(
    allowedNamespaces: readonly string[],
    cluster: ClusterCache,
    policies: PolicyStore,
    records: Records,
    healing: Healing,
  ) {
    this.#allowedNamespaces = allowedNamespaces;
    this.#cluster = cluster;
    this.#policies = policies;
    this.#records = records;
    this.#healing = healing;
  }

  /** From now on; once for each cluster cache. */
  begin(): void {
    const cluster = this.#cluster;
    cluster.pods.onChange(({ key }) => this.#healing.pods.lookAt(key));
    for (const [kind, store] of [
      ['HealingPolicy', cluster.policies],
      ['ClusterHealingPolicy', cluster.clusterPolicies],
    ] as const) {
      store.onChange(({ key, current }) => {
        if (current === undefined) this.#policies.withdraw(key);
        else this.#policies.offer(kind, current);
      });
    }
    cluster.onRolloutChange((key, rollout) => this.#noteRollout(key, rollout));
    this.#learnFromOthers();
  }

  /** After each evaluation sick replicas are looked at, and those that an incident is open about. */
  evaluated(policy: Policy, sampler: SloSampler): void {
    const { pods, podIncidents } = this.#healing;
    const replicas = sampler.replicas();
    const { replicaIs } = sampler.condition;
    for (const pod of this.#cluster.pods.values()) {
      if (!selects(policy, pod)) continue;
      const isSick = replicas.get(replicaIs === 'podIP' ? (pod.ip ?? '') : pod.name) === true;
      if (isSick || podIncidents.about(pod.key).length > 0) pods.lookAt(pod.key);
    }
  }

  #noteRollout(key: string, rollout: RolloutView | undefined): void {
    const isOurs = rollout === undefined || this.#allowedNamespaces.includes(rollout.namespace);
    if (isOurs) this.#healing.workingRevisions.note(key, rollout);
  }

  /** Of its own actions this replica knows more than the watch has brought. */
  #learnFromOthers(): void {
    const { remediations, actionHistory } = this.#records;
    this.#cluster.remediations.onChange(({ current }) => {
      if (current?.spec === undefined || remediations.knows(current.spec.incident)) return;
      const entry = entryOf(current);
      if (entry === undefined) actionHistory.remove(current.spec.incident);
      else actionHistory.add(entry);
    });
  }
}
