import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { AlertBook } from './alerts/alert-book.ts';
import { BlockingAlerts } from './alerts/blocking.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { Controller } from './controller.ts';
import type { MessageChannel } from './engines/notification/channel.ts';
import { createNotifier } from './engines/notification/create.ts';
import type { Notifier } from './engines/notification/notifier.ts';
import { RecoveryEngine } from './engines/recovery/engine.ts';
import { FollowUp } from './engines/recovery/follow-up.ts';
import { forgiveWhole } from './engines/recovery/forgive.ts';
import { Ledger } from './engines/recovery/ledger.ts';
import { remediesAtHand } from './engines/recovery/remedies/all.ts';
import type { Remedy } from './engines/remedy.ts';
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
import type { PolicyFacts } from './policy/describe-status.ts';
import type { Policy } from './policy/schema.ts';
import { selects } from './policy/selector.ts';
import { type PolicyEntry, PolicyStore } from './policy/store.ts';
import { Pulse } from './pulse.ts';
import { Diary } from './records/diary.ts';
import { EventOutbox } from './records/event-outbox.ts';
import { IncidentBook } from './records/incident-book.ts';
import { PolicyNews } from './records/policy-news.ts';
import { PolicyStatusWriter } from './records/policy-status.ts';
import { Recorder } from './records/recorder.ts';
import { Claims } from './records/remediation/claims.ts';
import { entryOf } from './records/remediation/entry.ts';
import { Inheritance } from './records/remediation/inheritance.ts';
import { RemediationSweeper } from './records/remediation/sweeper.ts';
import { Rollbacks } from './rollbacks.ts';
import { StormWatch } from './storm-watch.ts';
import type { HealerMetrics } from './telemetry/metrics.ts';
import { NO_TRACES, type Traces } from './telemetry/traces.ts';
import { World } from './world.ts';

export interface HealerParts {
  readonly config: Config;
  readonly api: KubeClient;
  readonly query: InstantQuery;
  readonly metrics: HealerMetrics;
  readonly log: Logger;
  readonly clock: Clock;
  readonly traces?: Traces;
  /** Beside those for pods and rollouts. */
  readonly remedies?: readonly Remedy[];
  /** Without it nobody is told of incidents. */
  readonly channel?: MessageChannel | undefined;
  /** Without it Helm releases are left alone. */
  readonly helm?: Pick<HelmCommand, 'rollback' | 'uninstall'> | undefined;
}

const BEAT_MS = 500;
/** A healer whose timers stand still this long is not alive. */
const DEAD_AFTER_MS = 15_000;
const EVENT_ATTEMPTS = 60;
const EVENT_CAPACITY = 1_000;
const FLUSH_MS = 3_000;
/** Shorter than a shard rests when it is given away, so that what was told is noted before somebody else looks. */
const LAST_MESSAGES_MS = 1_500;

/** One replica of the healer: watches and judges everything, and acts on what is in its shards. */
export class Healer {
  readonly alerts: AlertBook;
  readonly #parts: HealerParts;
  readonly #ledger = new Ledger();
  readonly #book = new IncidentBook();
  readonly #storm: StormWatch;
  readonly #world: World;
  readonly #outbox: EventOutbox;
  readonly #shards: Shards;
  readonly #policies: PolicyStore;
  readonly #samplers: SloSamplers;
  readonly #blocking: BlockingAlerts;
  readonly #claims: Claims;
  readonly #notifier: Notifier;
  readonly #controller: Controller;
  readonly #inheritance: Inheritance;
  readonly #sweeper: RemediationSweeper;
  readonly #statuses: PolicyStatusWriter;
  readonly #news: PolicyNews;
  readonly #pulse: Pulse;
  readonly #rollbacks: Rollbacks;
  readonly #recovery: Parameters<typeof forgiveWhole>[0];
  readonly #mayActOn: (owner: string) => boolean;
  readonly #watching = new AbortController();
  readonly #electing = new AbortController();
  #stormy: string | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #beat: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(parts: HealerParts) {
    this.#parts = parts;
    const { config, api, metrics, log, clock, traces = NO_TRACES } = parts;
    const objects = api.objects();
    const onTrouble = (message: string): void => log.warn(message);
    this.#world = this.#createWorld();
    this.#outbox = this.#createOutbox();
    const recorder = new Recorder(log, this.#outbox, config.podName);
    this.#shards = this.#createShards();
    const mayActOn = (owner: string): boolean => this.#shards.mayActOn(owner);
    this.#mayActOn = mayActOn;
    this.#policies = this.#createPolicies();
    const entries = (): readonly PolicyEntry[] => this.#policies.entries();
    this.#news = new PolicyNews({ recorder, log, clock, mayActOn, entries, ownNamespace: config.ownNamespace });
    this.#samplers = new SloSamplers({
      query: parts.query,
      clock,
      intervalMs: config.evaluationIntervalMs,
      staleAfterMs: config.dataStaleAfterMs,
      onEvaluated: (policy, sampler) => this.#evaluated(policy, sampler),
    });
    this.#blocking = new BlockingAlerts({ query: parts.query, clock, staleAfterMs: config.dataStaleAfterMs });
    this.alerts = new AlertBook({ ...config.alertAges, clock, onChange: () => this.#lookAtAll() });
    this.#storm = new StormWatch({ ...config.storm, clock });
    const monitor = new PodMonitor(this.#world.pods, this.#samplers, this.alerts);
    this.#claims = new Claims({
      api: objects,
      store: this.#world.remediations,
      clock,
      holder: config.podName,
      count: (outcome) => metrics.claims.inc({ outcome }),
      onTrouble,
      tells: config.slack !== undefined,
    });
    this.#notifier = createNotifier({
      channel: parts.channel,
      slack: config.slack,
      claims: this.#claims,
      store: this.#world.remediations,
      mayActOn,
      metrics,
      clock,
      log,
    });
    const notifier = this.#notifier;
    const diary = new Diary({ recorder, claims: this.#claims, metrics, traces, notifier, clock, mayActOn });
    const shared = {
      world: this.#world,
      monitor,
      ledger: this.#ledger,
      diary,
      clock,
      claims: this.#claims,
      policies: this.#policies,
      book: this.#book,
    };
    this.#recovery = shared;
    this.#rollbacks = this.#createRollbacks(recorder, this.#shards);
    const engine = new RecoveryEngine({
      ...shared,
      api,
      ownership: this.#shards,
      remedies: remediesAtHand(
        {
          evictPod: (target) => api.evictPod(target),
          deletePod: (target) => objects.deletePod(target),
          readDeployment: (namespace, name) => objects.readDeployment(namespace, name),
          patchDeployment: (namespace, name, body) => objects.patchDeployment(namespace, name, body),
        },
        clock,
        [...this.#rollbacks.remedies(), ...(parts.remedies ?? [])],
      ),
      storm: () => this.#stormy,
      blockingAlert: (policy) => this.#blocking.about(policy),
      limits: {
        staleWatchMs: config.watchStaleAfterMs,
        allowedNamespaces: config.allowedNamespaces,
        ownNamespace: config.ownNamespace,
        buckets: config.buckets,
      },
    });
    this.#controller = new Controller({
      ...shared,
      engine,
      followUp: new FollowUp(shared),
      onError: (key, error) => log.error({ key, err: error }, `looking at ${key} failed: ${describeError(error)}`),
    });
    this.#inheritance = new Inheritance({
      ...shared,
      engine,
      notifier,
      mayActOn,
      staleWatchMs: config.watchStaleAfterMs,
      follow: (deed) => this.#controller.follow(deed),
      lookAt: (podKey) => this.#controller.lookAt(podKey),
    });
    this.#sweeper = new RemediationSweeper({
      store: this.#world.remediations,
      remove: (view) => objects.deleteRemediation(view),
      limits: config.remediations,
      mayActOn,
      clock,
      onTrouble,
    });
    this.#statuses = new PolicyStatusWriter({
      write: (namespace, name, status) => objects.patchPolicyStatus(namespace, name, status),
      facts: (entry) => this.#factsAbout(entry),
      clock,
      onTrouble,
    });
    this.#pulse = new Pulse({
      policies: this.#policies,
      samplers: this.#samplers,
      selectsAny: (policy) => [...this.#world.pods.values()].some((pod) => selects(policy, pod)),
      watchAges: () => this.#watchAges(),
      staleWatchMs: config.watchStaleAfterMs,
      tellAfterMs: config.dataStaleAfterMs,
      mayAct: () => this.#shards.held().length > 0,
      metrics,
      clock,
      onFrozenChange: (change) => {
        this.#news.frozen(change);
        this.#lookAtAll();
      },
    });
  }

  start(): void {
    const { pods, policies, clusterPolicies, remediations } = this.#world;
    pods.onChange(({ key }) => this.#controller.lookAt(key));
    policies.onChange(({ key, current }) => {
      if (current === undefined) this.#policies.withdraw(key);
      else this.#policies.offer('HealingPolicy', current);
    });
    clusterPolicies.onChange(({ key, current }) => {
      if (current === undefined) this.#policies.withdraw(key);
      else this.#policies.offer('ClusterHealingPolicy', current);
    });
    remediations.onChange(({ current }) => {
      // Of its own deeds this replica knows more than the watch has brought.
      if (current?.spec === undefined || this.#claims.knows(current.spec.incident)) return;
      const entry = entryOf(current);
      if (entry === undefined) this.#ledger.remove(current.spec.incident);
      else this.#ledger.add(entry);
    });
    this.#running = Promise.all([
      this.#world.run(this.#watching.signal),
      this.#shards.run(this.#electing.signal),
      this.#rollbacks.run(this.#watching.signal),
    ]);
    this.#beat = setInterval(() => this.#everyBeat(), BEAT_MS);
  }

  /** Ends what is under way, gives the shards up, tells the rest. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#beat);
    this.#samplers.stop();
    await Promise.all([this.#controller.stop(), this.#rollbacks.releases?.stop()]);
    this.#electing.abort();
    try {
      const noted = this.#notifier.flush(LAST_MESSAGES_MS).then(() => this.#claims.flush(FLUSH_MS));
      const told = [this.#outbox.flush(FLUSH_MS), noted, this.#parts.traces?.stop()];
      await Promise.all([this.#shards.release(), ...told]);
    } finally {
      this.#watching.abort();
      await this.#running;
    }
  }

  /** Why the process should be restarted; undefined while it is well. */
  dead(): string | undefined {
    // Nothing is checked any more while what is under way is brought to its end.
    if (this.#stopping) return undefined;
    const ageMs = this.#pulse.ageMs();
    return ageMs > DEAD_AFTER_MS ? `nothing was checked for ${Math.round(ageMs)} ms` : undefined;
  }

  /** Why this replica cannot do its work; undefined while it can. */
  unready(): string | undefined {
    if (this.#stopping) return 'shutting down';
    const stale = this.#staleWatch();
    return stale === undefined ? undefined : `the watch of ${stale} is not fresh`;
  }

  /** Brings gauges that are only read up to date. */
  measure(): void {
    const { metrics } = this.#parts;
    for (const { name, ageMs } of this.#watchAges()) {
      if (Number.isFinite(ageMs)) metrics.watchAgeSeconds.set({ watch: name }, ageMs / 1000);
    }
    metrics.queueDepth.set(this.#controller.queueDepth + (this.#rollbacks.releases?.queueDepth ?? 0));
    metrics.notificationQueueDepth.set(this.#notifier.depth);
    metrics.shards.set(this.#parts.config.shards);
    metrics.shardHeld.reset();
    for (const shard of this.#shards.held()) metrics.shardHeld.set({ shard: String(shard) }, 1);
    metrics.policies.set(this.#policies.policies.length);
    metrics.storm.set(this.#stormy === undefined ? 0 : 1);
    metrics.openIncidents.reset();
    const open = [...this.#book.values(), ...(this.#rollbacks.releases?.open() ?? [])];
    for (const { policy, condition } of open) metrics.openIncidents.inc({ policy, condition });
  }

  #watchAges(): { name: string; ageMs: number }[] {
    return [...this.#world.watchAges(), ...this.#rollbacks.watchAges()];
  }

  #createRollbacks(recorder: Recorder, ownership: Ownership): Rollbacks {
    const { helm, config, traces = NO_TRACES } = this.#parts;
    return new Rollbacks({
      ...this.#parts,
      helm,
      traces,
      recorder,
      notifier: this.#notifier,
      ownership,
      claims: this.#claims,
      ledger: this.#ledger,
      buckets: config.buckets,
      world: this.#world,
      policies: () => this.#policies.policies.flatMap(asReleasePolicy),
      storm: () => this.#stormy,
      blockingAlert: (policy) => this.#blocking.about(policy),
      allowedNamespaces: config.allowedNamespaces,
      ownNamespace: config.ownNamespace,
      staleWatchMs: config.watchStaleAfterMs,
      watchTimeoutSeconds: config.watchTimeoutSeconds,
      provenAfterMs: config.provenAfterMs,
    });
  }

  #everyBeat(): void {
    this.#pulse.beat();
    const sick = new Set([...this.#book.values()].map(({ target }) => target.uid));
    this.#stormy = this.#storm.see(sick.size);
    void this.#blocking.ask(this.#policies.policies);
    forgiveWhole(this.#recovery, this.#policies.policies);
    if (this.#shards.held().length === 0) return;
    this.#inheritance.takeOver();
    this.#notifier.beat();
    this.#claims.forget();
    void this.#sweeper.sweep();
    void this.#statuses.update(this.#policies.entries().filter(({ name }) => this.#mayActOn(name)));
    this.#rollbacks.beat().catch((error: unknown) => this.#parts.log.error(`a beat failed: ${describeError(error)}`));
  }

  #createWorld(): World {
    const { api, config, clock, log } = this.#parts;
    const sources = {
      pods: api.watches.pods(),
      replicaSets: api.watches.replicaSets(),
      deployments: api.watches.deployments(),
      statefulSets: api.watches.statefulSets(),
      daemonSets: api.watches.daemonSets(),
      namespaces: api.watches.namespaces(),
      nodes: api.watches.nodes(),
      policies: api.watches.own('HealingPolicy'),
      clusterPolicies: api.watches.own('ClusterHealingPolicy'),
      remediations: api.watches.own('Remediation'),
    };
    const onTrouble = (message: string): void => log.warn(message);
    return new World(sources, { clock, timeoutSeconds: config.watchTimeoutSeconds, onTrouble });
  }

  #createPolicies(): PolicyStore {
    const { config, metrics, log } = this.#parts;
    return new PolicyStore(config.ownNamespace, {
      onLoaded: (entry) => {
        metrics.policyReloads.inc({ outcome: 'loaded' });
        this.#policiesChanged();
        this.#news.loaded(entry);
      },
      onRefused: (entry, sentence) => {
        metrics.policyReloads.inc({ outcome: 'refused' });
        this.#policiesChanged();
        this.#news.refused(entry, sentence);
      },
      onGone: (name) => {
        log.info({ policy: name }, `policy ${name} is gone and not in force any more`);
        this.#policiesChanged();
      },
    });
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

  #factsAbout({ name, parsed }: PolicyEntry): PolicyFacts {
    const { allowedNamespaces } = this.#parts.config;
    const missing = this.#pulse.missingOf(name);
    if (!parsed.ok) return { selectedPods: 0, podsAround: 0, allowedNamespaces, missing };
    const { policy } = parsed;
    const around = [...this.#world.pods.values()].filter(({ namespace }) => policy.namespaces.includes(namespace));
    const selected = around.filter((pod) => selects(policy, pod));
    return { selectedPods: selected.length, podsAround: around.length, allowedNamespaces, missing };
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

function asReleasePolicy({ helm, ...policy }: Policy): ReleasePolicy[] {
  return helm === undefined ? [] : [{ ...policy, helm }];
}
