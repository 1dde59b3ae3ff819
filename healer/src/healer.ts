import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { Controller } from './controller.ts';
import { RecoveryEngine } from './engines/recovery/engine.ts';
import { FollowUp } from './engines/recovery/follow-up.ts';
import { forgiveWhole } from './engines/recovery/forgive.ts';
import { Ledger } from './engines/recovery/ledger.ts';
import type { HelmCommand } from './engines/rollback/helm-command.ts';
import { describeError } from './errors.ts';
import type { KubeClient } from './kube/client.ts';
import { shardOf } from './kube/fair-share.ts';
import { Shards } from './kube/shards.ts';
import type { ReleasePolicy } from './monitors/helm/release-policy.ts';
import { PodMonitor } from './monitors/pod/observe.ts';
import type { InstantQuery } from './monitors/pod/prometheus.ts';
import type { SloSampler } from './monitors/pod/slo-sampler.ts';
import { SloSamplers } from './monitors/pod/slo-samplers.ts';
import { ANNOTATIONS, HEALER } from './names.ts';
import type { Ownership } from './ownership.ts';
import type { Policy } from './policy/schema.ts';
import { selects } from './policy/selector.ts';
import { PolicyStore } from './policy/store.ts';
import { Pulse } from './pulse.ts';
import { Diary } from './records/diary.ts';
import { EventOutbox } from './records/event-outbox.ts';
import { IncidentBook } from './records/incident-book.ts';
import { PolicyNews } from './records/policy-news.ts';
import { Recorder } from './records/recorder.ts';
import { Rollbacks } from './rollbacks.ts';
import type { HealerMetrics } from './telemetry/metrics.ts';
import { World } from './world.ts';

export interface HealerParts {
  readonly config: Config;
  readonly api: KubeClient;
  readonly query: InstantQuery;
  readonly metrics: HealerMetrics;
  readonly log: Logger;
  readonly clock: Clock;
  /** Without it Helm releases are left alone. */
  readonly helm?: Pick<HelmCommand, 'rollback' | 'uninstall'> | undefined;
}

const BEAT_MS = 500;
/** A healer whose timers stand still this long is not alive. */
const DEAD_AFTER_MS = 15_000;
const EVENT_ATTEMPTS = 60;
const EVENT_CAPACITY = 1_000;
const FLUSH_MS = 3_000;

/** One replica of the healer: watches and judges everything, and acts on what is in its shards. */
export class Healer {
  readonly #parts: HealerParts;
  readonly #ledger = new Ledger();
  readonly #book = new IncidentBook();
  readonly #world: World;
  readonly #outbox: EventOutbox;
  readonly #shards: Shards;
  readonly #policies: PolicyStore;
  readonly #samplers: SloSamplers;
  readonly #controller: Controller;
  readonly #pulse: Pulse;
  readonly #rollbacks: Rollbacks;
  readonly #recovery: Parameters<typeof forgiveWhole>[0];
  readonly #watching = new AbortController();
  readonly #electing = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  #beat: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(parts: HealerParts) {
    this.#parts = parts;
    const { config, api, metrics, log, clock } = parts;
    this.#world = this.#createWorld();
    this.#outbox = this.#createOutbox();
    const recorder = new Recorder(log, this.#outbox, config.podName);
    this.#shards = this.#createShards();
    const mayActOn = (owner: string): boolean => this.#shards.mayActOn(owner);
    const news = new PolicyNews({ recorder, log, clock, mayActOn, namespace: config.ownNamespace });
    this.#policies = new PolicyStore(config.ownNamespace, {
      onLoaded: (policies, source) => {
        metrics.policyReloads.inc({ outcome: 'loaded' });
        this.#policiesChanged();
        news.loaded(policies, source);
      },
      onRefused: (sentence, source) => {
        metrics.policyReloads.inc({ outcome: 'refused' });
        this.#policiesChanged();
        news.refused(sentence, source);
      },
    });
    this.#samplers = new SloSamplers({
      query: parts.query,
      clock,
      intervalMs: config.evaluationIntervalMs,
      staleAfterMs: config.dataStaleAfterMs,
      onEvaluated: (policy, sampler) => this.#evaluated(policy, sampler),
    });
    const monitor = new PodMonitor(this.#world.pods, this.#samplers);
    const diary = new Diary({ recorder, metrics, clock, mayActOn });
    const shared = { world: this.#world, monitor, ledger: this.#ledger, diary, clock };
    this.#recovery = shared;
    this.#controller = new Controller({
      ...shared,
      policies: this.#policies,
      book: this.#book,
      engine: new RecoveryEngine({
        ...shared,
        api,
        ownership: this.#shards,
        limits: {
          staleWatchMs: config.watchStaleAfterMs,
          allowedNamespaces: config.allowedNamespaces,
          ownNamespace: config.ownNamespace,
        },
      }),
      followUp: new FollowUp({ ...shared, book: this.#book }),
      onError: (key, error) => log.error({ key, err: error }, `looking at ${key} failed: ${describeError(error)}`),
    });
    this.#rollbacks = this.#createRollbacks(recorder, this.#shards);
    this.#pulse = new Pulse({
      policies: this.#policies,
      samplers: this.#samplers,
      watchAges: () => this.#watchAges(),
      staleWatchMs: config.watchStaleAfterMs,
      tellAfterMs: config.dataStaleAfterMs,
      mayAct: () => this.#shards.held().length > 0,
      metrics,
      clock,
      onFrozenChange: (change) => {
        news.frozen(change);
        this.#controller.lookAtAll();
      },
    });
  }

  start(): void {
    const { log } = this.#parts;
    this.#world.pods.onChange(({ key }) => this.#controller.lookAt(key));
    this.#world.policyTexts.onChange(({ current, previous }) => {
      if (current !== undefined) this.#policies.offer(current.text, current.source);
      else this.#policies.withdraw(`after ${previous?.source ?? 'start'}`);
    });
    this.#running = Promise.all([
      this.#world.run(this.#watching.signal),
      this.#shards.run(this.#electing.signal),
      this.#rollbacks.run(this.#watching.signal),
    ]);
    this.#beat = setInterval(() => {
      this.#pulse.beat();
      forgiveWhole(this.#recovery, this.#policies.policies);
      this.#rollbacks.beat().catch((error: unknown) => log.error(`a beat failed: ${describeError(error)}`));
    }, BEAT_MS);
  }

  /** Ends what is under way, gives the shards up, tells the rest. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#samplers.stop();
    await Promise.all([this.#controller.stop(), this.#rollbacks.releases?.stop()]);
    this.#electing.abort();
    try {
      await Promise.all([this.#shards.release(), this.#outbox.flush(FLUSH_MS)]);
    } finally {
      this.#watching.abort();
      clearInterval(this.#beat);
      await this.#running;
    }
  }

  /** Why the process should be restarted; undefined while it is well. */
  dead(): string | undefined {
    const ageMs = this.#pulse.ageMs();
    return ageMs > DEAD_AFTER_MS ? `nothing was checked for ${Math.round(ageMs)} ms` : undefined;
  }

  /** Why this replica cannot do its work; undefined while it can. */
  unready(): string | undefined {
    if (this.#stopping) return 'shutting down';
    const stale = this.#staleWatch();
    if (stale !== undefined) return `the watch of ${stale} is not fresh`;
    return this.#policies.loaded ? undefined : 'no policies are loaded';
  }

  /** Brings gauges that are only read up to date. */
  measure(): void {
    const { metrics } = this.#parts;
    for (const { name, ageMs } of this.#watchAges()) {
      if (Number.isFinite(ageMs)) metrics.watchAgeSeconds.set({ watch: name }, ageMs / 1000);
    }
    metrics.queueDepth.set(this.#controller.queueDepth + (this.#rollbacks.releases?.queueDepth ?? 0));
    metrics.shards.set(this.#parts.config.shards);
    metrics.shardHeld.reset();
    for (const shard of this.#shards.held()) metrics.shardHeld.set({ shard: String(shard) }, 1);
    metrics.policies.set(this.#policies.policies.length);
    metrics.openIncidents.reset();
    const open = [...this.#book.values(), ...(this.#rollbacks.releases?.open() ?? [])];
    for (const { policy, condition } of open) metrics.openIncidents.inc({ policy, condition });
  }

  #watchAges(): { name: string; ageMs: number }[] {
    return [...this.#world.watchAges(), ...this.#rollbacks.watchAges()];
  }

  #createRollbacks(recorder: Recorder, ownership: Ownership): Rollbacks {
    const { helm, config } = this.#parts;
    return new Rollbacks({
      ...this.#parts,
      helm,
      recorder,
      ownership,
      world: this.#world,
      policies: () => this.#policies.policies.flatMap(asReleasePolicy),
      allowedNamespaces: config.allowedNamespaces,
      ownNamespace: config.ownNamespace,
      staleWatchMs: config.watchStaleAfterMs,
      watchTimeoutSeconds: config.watchTimeoutSeconds,
      provenAfterMs: config.provenAfterMs,
    });
  }

  #createWorld(): World {
    const { api, config, clock, log } = this.#parts;
    const sources = {
      pods: api.pods(),
      replicaSets: api.replicaSets(),
      deployments: api.deployments(),
      namespaces: api.namespaces(),
      policies: api.configMap(config.ownNamespace, HEALER.configMap),
    };
    const onTrouble = (message: string): void => log.warn(message);
    return new World(sources, { clock, timeoutSeconds: config.watchTimeoutSeconds, onTrouble });
  }

  #createOutbox(): EventOutbox {
    const { api, metrics, log } = this.#parts;
    return new EventOutbox({
      write: (event) => api.createEvent(event),
      onWritten: () => metrics.events.inc({ outcome: 'written' }),
      onLost: (event, error) => {
        metrics.events.inc({ outcome: 'lost' });
        log.error({ event: event.name, namespace: event.namespace }, `an Event was lost: ${describeError(error)}`);
      },
      attempts: EVENT_ATTEMPTS,
      capacity: EVENT_CAPACITY,
    });
  }

  #createShards(): Shards {
    const { api, config, clock, log } = this.#parts;
    const inShard = (shard: number) => (entry: { workload: string }) =>
      shardOf(entry.workload, config.shards) === shard;
    return new Shards({
      ...config.lease,
      folder: api.leaseFolder(config.ownNamespace),
      prefix: HEALER.lease,
      count: config.shards,
      identity: `${config.podName}_${randomUUID()}`,
      clock,
      notes: {
        save: (shard) => ({ [ANNOTATIONS.actions]: this.#ledger.serialise(inShard(shard)) }),
        load: (shard, annotations) => {
          const problem = this.#ledger.adopt(annotations[ANNOTATIONS.actions], inShard(shard));
          if (problem !== undefined) log.warn(problem);
        },
      },
      fit: () => this.#staleWatch() === undefined,
      onChange: (shard, holds, why) => {
        log.info({ shard, holds }, holds ? `acts on shard ${shard}: ${why}` : `leaves shard ${shard} alone: ${why}`);
        if (holds) this.#lookAtAll();
      },
      onTrouble: (message) => log.warn(message),
    });
  }

  #staleWatch(): string | undefined {
    const { watchStaleAfterMs } = this.#parts.config;
    return this.#watchAges().find(({ ageMs }) => !(ageMs <= watchStaleAfterMs))?.name;
  }

  #policiesChanged(): void {
    this.#samplers.follow(this.#policies.policies);
    this.#lookAtAll();
  }

  #lookAtAll(): void {
    this.#controller.lookAtAll();
    this.#rollbacks.releases?.lookAtAll();
  }

  #evaluated(policyName: string, sampler: SloSampler): void {
    const policy = this.#policies.policies.find(({ name }) => name === policyName);
    if (policy === undefined) return;
    const replicas = sampler.replicas();
    const { replicaIs } = sampler.condition;
    for (const pod of this.#world.pods.values()) {
      if (!selects(policy, pod)) continue;
      const sick = replicas.get(replicaIs === 'podIP' ? (pod.ip ?? '') : pod.name) === true;
      if (sick || this.#book.onPod(pod.key).length > 0) this.#controller.lookAt(pod.key);
    }
  }
}

function asReleasePolicy({ helm, namespace, ...policy }: Policy): ReleasePolicy[] {
  return helm === undefined ? [] : [{ ...policy, helm, namespaces: [namespace] }];
}
