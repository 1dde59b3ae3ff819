import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { AlertStore } from './alerts/alert-store.ts';
import type { InstantQuery } from './alerts/prometheus.ts';
import type { Clock } from './clock.ts';
import { ClusterCache, sourcesOf } from './cluster/cluster-cache.ts';
import type { Config } from './config.ts';
import { describeError } from './errors.ts';
import { EventHandlers } from './event-handlers.ts';
import { StormWatch } from './guards/limits/storm-watch.ts';
import { EventOutbox } from './incidents/event-outbox.ts';
import { EventRecorder } from './incidents/event-recorder.ts';
import { IncidentRecorder } from './incidents/incident-recorder.ts';
import { IncidentStore } from './incidents/incident-store.ts';
import type { Remedy } from './incidents/remedy.ts';
import type { KubeClient } from './kube/client.ts';
import { ANNOTATIONS, HEALER } from './names.ts';
import type { MessageChannel } from './notifications/channel.ts';
import { createNotifier } from './notifications/create.ts';
import type { Notifier } from './notifications/notifier.ts';
import { PodMonitor } from './pods/condition/observe.ts';
import { Recoveries } from './pods/recoveries.ts';
import { PoliciesInForce } from './policies/policies-in-force.ts';
import type { Policy } from './policy/schema.ts';
import type { ReleasePolicy } from './releases/condition/release-policy.ts';
import type { HelmCommand } from './releases/helm-command.ts';
import { ActionHistory } from './remediations/action-history.ts';
import { RemediationOwnership } from './remediations/remediation-ownership.ts';
import { RemediationSweeper } from './remediations/sweeper.ts';
import { Rollbacks } from './rollbacks.ts';
import { shardOf } from './shards/fair-share.ts';
import { Shards } from './shards/shards.ts';
import { setGauges } from './telemetry/gauges.ts';
import type { HealerMetrics } from './telemetry/metrics.ts';
import { NO_TRACES, type Traces } from './telemetry/traces.ts';

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
  readonly alerts: AlertStore;
  readonly #parts: HealerParts;
  readonly #actionHistory = new ActionHistory();
  readonly #incidents = new IncidentStore();
  readonly #storm: StormWatch;
  readonly #cluster: ClusterCache;
  readonly #outbox: EventOutbox;
  readonly #shards: Shards;
  readonly #policies: PoliciesInForce;
  readonly #remediations: RemediationOwnership;
  readonly #notifier: Notifier;
  readonly #recoveries: Recoveries;
  readonly #eventHandlers: EventHandlers;
  readonly #sweeper: RemediationSweeper;
  readonly #rollbacks: Rollbacks;
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
    this.#cluster = new ClusterCache(sourcesOf(api.watches), {
      clock,
      timeoutSeconds: config.watchTimeoutSeconds,
      onTrouble,
    });
    this.#outbox = this.#createOutbox();
    const eventRecorder = new EventRecorder(log, this.#outbox, config.podName);
    this.#shards = this.#createShards();
    const mayActOn = (owner: string): boolean => this.#shards.mayActOn(owner);
    this.#policies = new PoliciesInForce({
      ...parts,
      objects,
      cluster: this.#cluster,
      eventRecorder,
      mayActOn,
      mayAct: () => this.#shards.held().length > 0,
      watchAges: () => this.#watchAges(),
      onChange: () => this.#lookAtAll(),
      onEvaluated: (policy, sampler) => this.#eventHandlers.evaluated(policy, sampler),
    });
    this.alerts = new AlertStore({ ...config.alertAges, clock, onChange: () => this.#lookAtAll() });
    this.#storm = new StormWatch({ ...config.storm, clock });
    const monitor = new PodMonitor(this.#cluster.pods, this.#policies.samplers, this.alerts);
    this.#remediations = new RemediationOwnership({
      api: objects,
      store: this.#cluster.remediations,
      clock,
      holder: config.podName,
      count: (outcome) => metrics.remediations.inc({ outcome }),
      onTrouble,
      tells: config.slack !== undefined,
    });
    this.#notifier = createNotifier({
      channel: parts.channel,
      slack: config.slack,
      remediations: this.#remediations,
      store: this.#cluster.remediations,
      mayActOn,
      metrics,
      clock,
      log,
    });
    const notifier = this.#notifier;
    const recorder = new IncidentRecorder({
      eventRecorder,
      remediations: this.#remediations,
      metrics,
      traces,
      notifier,
      clock,
      mayActOn,
    });
    this.#rollbacks = this.#createRollbacks(eventRecorder);
    this.#recoveries = new Recoveries({
      ...parts,
      ...this.#shared(),
      monitor,
      recorder,
      incidents: this.#incidents,
      policies: this.#policies,
      remedies: [...this.#rollbacks.remedies(), ...(parts.remedies ?? [])],
      limits: limitsOf(config),
    });
    this.#eventHandlers = new EventHandlers({
      cluster: this.#cluster,
      policies: this.#policies.store,
      remediations: this.#remediations,
      actionHistory: this.#actionHistory,
      incidents: this.#incidents,
      lookAt: (podKey) => this.#recoveries.lookAt(podKey),
    });
    this.#sweeper = new RemediationSweeper({
      store: this.#cluster.remediations,
      remove: (view) => objects.deleteRemediation(view),
      limits: config.remediations,
      mayActOn,
      clock,
      onTrouble,
    });
  }

  start(): void {
    this.#eventHandlers.begin();
    this.#running = Promise.all([
      this.#cluster.run(this.#watching.signal),
      this.#shards.run(this.#electing.signal),
      this.#rollbacks.run(this.#watching.signal),
    ]);
    this.#beat = setInterval(() => this.#everyBeat(), BEAT_MS);
  }

  /** Ends what is under way, gives the shards up, tells the rest. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#beat);
    this.#policies.stop();
    await Promise.all([this.#recoveries.stop(), this.#rollbacks.releases?.stop()]);
    this.#electing.abort();
    try {
      const noted = this.#notifier.flush(LAST_MESSAGES_MS).then(() => this.#remediations.flush(FLUSH_MS));
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
    const ageMs = this.#policies.ageMs();
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
    const { releases } = this.#rollbacks;
    setGauges(this.#parts.metrics, {
      watches: this.#watchAges(),
      queueDepth: this.#recoveries.queueDepth + (releases?.queueDepth ?? 0),
      notificationQueueDepth: this.#notifier.depth,
      shards: this.#parts.config.shards,
      heldShards: this.#shards.held(),
      policies: this.#policies.policies.length,
      isStormy: this.#stormy !== undefined,
      openIncidents: [...this.#incidents.values(), ...(releases?.open() ?? [])],
    });
  }

  #watchAges(): { name: string; ageMs: number }[] {
    return [...this.#cluster.watchAges(), ...this.#rollbacks.watchAges()];
  }

  /** What those who look after pods and those who look after releases have in common. */
  #shared() {
    return {
      cluster: this.#cluster,
      shards: this.#shards,
      notifier: this.#notifier,
      remediations: this.#remediations,
      actionHistory: this.#actionHistory,
      storm: () => this.#stormy,
      blockingAlert: (policy: Pick<Policy, 'blockingAlerts' | 'name'>) => this.#policies.blockingAlert(policy),
    };
  }

  #createRollbacks(eventRecorder: EventRecorder): Rollbacks {
    const { helm, config, traces = NO_TRACES } = this.#parts;
    return new Rollbacks({
      ...this.#parts,
      ...this.#shared(),
      helm,
      traces,
      eventRecorder,
      ...limitsOf(config),
      policies: () => this.#policies.policies.flatMap(asReleasePolicy),
      watchTimeoutSeconds: config.watchTimeoutSeconds,
      goodAfterMs: config.goodAfterMs,
    });
  }

  #everyBeat(): void {
    this.#policies.beat();
    const sick = new Set([...this.#incidents.values()].map(({ target }) => target.uid));
    this.#stormy = this.#storm.see(sick.size);
    this.#recoveries.beat();
    if (this.#shards.held().length === 0) return;
    this.#recoveries.takeOver();
    this.#notifier.beat();
    this.#remediations.forget();
    void this.#sweeper.sweep();
    this.#policies.writeStatuses();
    this.#rollbacks.beat().catch((error: unknown) => this.#parts.log.error(`a beat failed: ${describeError(error)}`));
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
        save: (shard) => ({ [ANNOTATIONS.actions]: this.#actionHistory.serialise(inShard(shard)) }),
        load: (shard, annotations) => {
          const problem = this.#actionHistory.adopt(annotations[ANNOTATIONS.actions], inShard(shard));
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

  #lookAtAll(): void {
    this.#recoveries.lookAtAll();
    this.#rollbacks.releases?.lookAtAll();
  }
}

/** What bounds every action, of whatever kind. */
function limitsOf({ watchStaleAfterMs: staleWatchMs, allowedNamespaces, ownNamespace, buckets }: Config) {
  return { staleWatchMs, allowedNamespaces, ownNamespace, buckets };
}

function asReleasePolicy({ helm, ...policy }: Policy): ReleasePolicy[] {
  return helm === undefined ? [] : [{ ...policy, helm }];
}
