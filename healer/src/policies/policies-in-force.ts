import type { Logger } from 'pino';
import type { BlockingAlerts } from '../alerts/blocking.ts';
import type { InstantQuery } from '../alerts/prometheus.ts';
import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { WatchHealth } from '../cluster/watch-health.ts';
import type { Config } from '../config/config.ts';
import type { EventRecorder } from '../incidents/event-recorder.ts';
import type { ObjectApi } from '../kube/object-api.ts';
import type { SloSampler } from '../pods/condition/slo-sampler.ts';
import { SloSamplers } from '../pods/condition/slo-samplers.ts';
import type { Policy } from '../policy/schema.ts';
import { selects } from '../policy/selector.ts';
import type { ReleasePolicy } from '../releases/condition/release-policy.ts';
import type { Shards } from '../shards/shards.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';
import { DataFreshness } from './data-freshness.ts';
import type { PolicyFacts } from './describe-status.ts';
import { PolicyNews } from './policy-news.ts';
import { PolicyStatusWriter } from './policy-status.ts';
import { type PolicyEntry, PolicyStore } from './policy-store.ts';

export interface PoliciesParts {
  readonly config: Config;
  readonly query: InstantQuery;
  readonly objects: Pick<ObjectApi, 'patchPolicyStatus'>;
  readonly cluster: ClusterCache;
  readonly eventRecorder: EventRecorder;
  readonly blocking: BlockingAlerts;
  readonly shards: Pick<Shards, 'mayActOn' | 'held'>;
  readonly watches: WatchHealth;
  readonly metrics: HealerMetrics;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Who has to know of it. */
export interface PoliciesListener {
  /** What is asked for, or what it rests on, is another than before. */
  changed(): void;
  evaluated(policy: Policy, sampler: SloSampler): void;
}

/** The policies, the data that they ask for, and what is told about them. */
export class PoliciesInForce {
  readonly store: PolicyStore;
  readonly samplers: SloSamplers;
  readonly #parts: PoliciesParts;
  readonly #listener: PoliciesListener;
  readonly #news: PolicyNews;
  readonly #statuses: PolicyStatusWriter;
  readonly #freshness: DataFreshness;

  constructor(parts: PoliciesParts, listener: PoliciesListener) {
    this.#parts = parts;
    this.#listener = listener;
    const { config, clock, log, query, eventRecorder, shards } = parts;
    const { ownNamespace, dataStaleAfterMs: staleAfterMs, evaluationIntervalMs: intervalMs } = config;
    this.store = this.#createStore();
    this.#news = new PolicyNews({ eventRecorder, log, clock, shards, policies: this.store, ownNamespace });
    this.samplers = new SloSamplers({
      query,
      clock,
      intervalMs,
      staleAfterMs,
      onEvaluated: (name, sampler) => {
        const policy = this.policies.find((each) => each.name === name);
        if (policy !== undefined) listener.evaluated(policy, sampler);
      },
    });
    this.#statuses = new PolicyStatusWriter({
      api: parts.objects,
      facts: (entry) => this.#factsAbout(entry),
      clock,
      log,
    });
    this.#freshness = this.#createFreshness();
  }

  get policies(): readonly Policy[] {
    return this.store.policies;
  }

  releasePolicies(): readonly ReleasePolicy[] {
    return this.policies.flatMap(({ helm, ...policy }) => (helm === undefined ? [] : [{ ...policy, helm }]));
  }

  /** Milliseconds since the last beat. */
  ageMs(): number {
    return this.#freshness.ageMs();
  }

  /** To be called every now and then. */
  beat(): void {
    this.#freshness.beat();
    void this.#parts.blocking.ask(this.policies);
  }

  /** Tells on the objects how it stands with them; to be called every now and then by a replica that may act. */
  writeStatuses(): void {
    void this.#statuses.update(this.store.entries().filter(({ name }) => this.#parts.shards.mayActOn(name)));
  }

  stop(): void {
    this.samplers.stop();
  }

  #createStore(): PolicyStore {
    const { config, metrics, log } = this.#parts;
    return new PolicyStore(config.ownNamespace, {
      onLoaded: (entry) => {
        metrics.policyReloads.inc({ outcome: 'loaded' });
        this.#changed();
        this.#news.loaded(entry);
      },
      onRefused: (entry, sentence) => {
        metrics.policyReloads.inc({ outcome: 'refused' });
        this.#changed();
        this.#news.refused(entry, sentence);
      },
      onGone: (name) => {
        log.info({ policy: name }, `policy ${name} is gone and not in force any more`);
        this.#changed();
      },
    });
  }

  #createFreshness(): DataFreshness {
    const { config, cluster, shards, watches, metrics, clock } = this.#parts;
    return new DataFreshness({
      policies: this.store,
      samplers: this.samplers,
      cluster,
      watches,
      tellAfterMs: config.dataStaleAfterMs,
      shards,
      metrics,
      clock,
      onFrozenChange: (change) => {
        this.#news.frozen(change);
        this.#listener.changed();
      },
    });
  }

  #changed(): void {
    this.samplers.follow(this.policies);
    this.#listener.changed();
  }

  #factsAbout({ name, parsed }: PolicyEntry): PolicyFacts {
    const { config, cluster } = this.#parts;
    const { allowedNamespaces } = config;
    const missing = this.#freshness.missingOf(name);
    if (!parsed.ok) return { selectedPods: 0, podsAround: 0, allowedNamespaces, missing };
    const { policy } = parsed;
    const around = [...cluster.pods.values()].filter(({ namespace }) => policy.namespaces.includes(namespace));
    const selected = around.filter((pod) => selects(policy, pod));
    return { selectedPods: selected.length, podsAround: around.length, allowedNamespaces, missing };
  }
}
