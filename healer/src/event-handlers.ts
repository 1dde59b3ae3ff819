import type { World } from './cluster/cluster-cache.ts';
import type { IncidentBook } from './incidents/incident-store.ts';
import type { SloSampler } from './pods/condition/slo-sampler.ts';
import type { PolicyStore } from './policies/policy-store.ts';
import type { Policy } from './policy/schema.ts';
import { selects } from './policy/selector.ts';
import type { Ledger } from './remediations/action-history.ts';
import { entryOf } from './remediations/past-action.ts';
import type { Claims } from './remediations/remediation-ownership.ts';

export interface AttentionParts {
  readonly world: World;
  readonly policies: PolicyStore;
  readonly claims: Pick<Claims, 'knows'>;
  readonly ledger: Ledger;
  readonly book: IncidentBook;
  readonly lookAt: (podKey: string) => void;
}

/** Passes on what the watches and samplers bring to whoever has to know of it. */
export class Attention {
  readonly #parts: AttentionParts;

  constructor(parts: AttentionParts) {
    this.#parts = parts;
  }

  /** From now on; once for each world. */
  begin(): void {
    const { world, policies, lookAt } = this.#parts;
    world.pods.onChange(({ key }) => lookAt(key));
    for (const [kind, store] of [
      ['HealingPolicy', world.policies],
      ['ClusterHealingPolicy', world.clusterPolicies],
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
    const { world, book, lookAt } = this.#parts;
    const replicas = sampler.replicas();
    const { replicaIs } = sampler.condition;
    for (const pod of world.pods.values()) {
      if (!selects(policy, pod)) continue;
      const isSick = replicas.get(replicaIs === 'podIP' ? (pod.ip ?? '') : pod.name) === true;
      if (isSick || book.onPod(pod.key).length > 0) lookAt(pod.key);
    }
  }

  /** Of its own deeds this replica knows more than the watch has brought. */
  #learnFromOthers(): void {
    const { world, claims, ledger } = this.#parts;
    world.remediations.onChange(({ current }) => {
      if (current?.spec === undefined || claims.knows(current.spec.incident)) return;
      const entry = entryOf(current);
      if (entry === undefined) ledger.remove(current.spec.incident);
      else ledger.add(entry);
    });
  }
}
