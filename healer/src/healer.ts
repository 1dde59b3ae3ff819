import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { AlertStore } from './alerts/alert-store.ts';
import { BlockingAlerts } from './alerts/blocking.ts';
import type { InstantQuery } from './alerts/prometheus.ts';
import type { Clock } from './clock.ts';
import { ClusterCache, sourcesOf } from './cluster/cluster-cache.ts';
import type { PodTarget } from './cluster/pod.ts';
import { WatchHealth } from './cluster/watch-health.ts';
import type { Config } from './config.ts';
import { describeError } from './errors.ts';
import { EventHandlers } from './event-handlers.ts';
import { StormWatch } from './guards/storm-watch.ts';
import { type HealerLimits, SurroundingsReader } from './guards/surroundings.ts';
import { EventOutbox } from './incidents/event-outbox.ts';
import { EventRecorder } from './incidents/event-recorder.ts';
import type { Incident } from './incidents/incident.ts';
import { IncidentLife } from './incidents/incident-life.ts';
import { IncidentRecorder } from './incidents/incident-recorder.ts';
import { IncidentStore } from './incidents/incident-store.ts';
import type { Remedy } from './incidents/remedy.ts';
import type { KubeClient } from './kube/client.ts';
import { HEALER } from './names.ts';
import type { MessageChannel } from './notifications/channel.ts';
import { createNotifier } from './notifications/create.ts';
import type { Notifier } from './notifications/notifier.ts';
import { PodMonitor } from './pods/condition/observe.ts';
import { PodHealing } from './pods/pod-healing.ts';
import { remediesAtHand } from './pods/remedies/at-hand.ts';
import { PoliciesInForce } from './policies/policies-in-force.ts';
import type { HelmCommand } from './releases/helm-command.ts';
import { LastKnownGood } from './releases/last-known-good.ts';
import { LastKnownGoodWatch } from './releases/last-known-good-watch.ts';
import { ReleaseHealing } from './releases/release-healing.ts';
import type { ReleaseIncident, ReleaseTarget } from './releases/release-target.ts';
import { UnreadableReleases } from './releases/unreadable-releases.ts';
import { WorkingRevisions } from './releases/working-revisions.ts';
import { ActionHistory } from './remediations/action-history.ts';
import { HistoryNotes } from './remediations/history-notes.ts';
import { RemediationOwnership } from './remediations/remediation-ownership.ts';
import { RemediationSweeper } from './remediations/sweeper.ts';
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
  readonly #cluster: ClusterCache;
  readonly #watches: WatchHealth;
  readonly #lastKnownGoodWatch: LastKnownGoodWatch;
  readonly #shards: Shards;
  readonly #storm: StormWatch;
  readonly #outbox: EventOutbox;
  readonly #policies: PoliciesInForce;
  readonly #remediations: RemediationOwnership;
  readonly #sweeper: RemediationSweeper;
  readonly #notifier: Notifier;
  readonly #podIncidents = new IncidentStore<Incident<PodTarget>>();
  readonly #releaseIncidents = new IncidentStore<ReleaseIncident>();
  readonly #pods: PodHealing;
  /** Undefined where Helm releases are left alone. */
  readonly #releases: ReleaseHealing | undefined;
  readonly #workingRevisions: WorkingRevisions;
  readonly #eventHandlers: EventHandlers;
  readonly #watching = new AbortController();
  readonly #electing = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  #beat: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(parts: HealerParts) {
    this.#parts = parts;
    const { config, api, metrics, log, clock, helm, query, channel, traces = NO_TRACES } = parts;
    const { watchTimeoutSeconds: timeoutSeconds, watchStaleAfterMs: staleWatchMs, ownNamespace, goodAfterMs } = config;
    const objects = api.objects();
    const onTrouble = (message: string): void => log.warn(message);
    const onChange = (): void => this.#lookAtAll();
    const cluster = new ClusterCache(sourcesOf(api.watches), { clock, timeoutSeconds, onTrouble });
    const lastKnownGood = new LastKnownGood((data) => api.patchConfigMap(ownNamespace, HEALER.lastKnownGood, data));
    const sources = api.watches;
    const goodWatch = new LastKnownGoodWatch({ sources, ownNamespace, lastKnownGood, clock, log, timeoutSeconds });
    this.#cluster = cluster;
    this.#lastKnownGoodWatch = goodWatch;
    this.#watches = new WatchHealth([cluster, goodWatch], staleWatchMs);
    const actionHistory = new ActionHistory();
    const shards = this.#createShards(actionHistory);
    this.#shards = shards;
    this.#outbox = this.#createOutbox();
    const eventRecorder = new EventRecorder(log, this.#outbox, config.podName);
    this.alerts = new AlertStore({ ...config.alertAges, clock, onChange });
    this.#storm = new StormWatch({ ...config.storm, clock });
    const blocking = new BlockingAlerts({ query, clock, staleAfterMs: config.dataStaleAfterMs });
    this.#policies = new PoliciesInForce({
      ...parts,
      objects,
      cluster,
      blocking,
      eventRecorder,
      shards,
      watches: this.#watches,
      onChange,
      onEvaluated: (policy, sampler) => this.#eventHandlers.evaluated(policy, sampler),
    });
    const { remediations: store } = cluster;
    const remediations = new RemediationOwnership({
      api: objects,
      store,
      clock,
      holder: config.podName,
      count: (outcome) => metrics.remediations.inc({ outcome }),
      onTrouble,
      tells: config.slack !== undefined,
    });
    this.#remediations = remediations;
    const notifier = createNotifier({ channel, slack: config.slack, remediations, store, shards, metrics, clock, log });
    this.#notifier = notifier;
    const recorder = new IncidentRecorder({ eventRecorder, remediations, metrics, traces, notifier, clock, shards });
    const surroundings = new SurroundingsReader(limitsOf(config), cluster, this.#storm, blocking);
    const living = { recorder, remediations, actionHistory, notifier, shards, clock };
    const healing = { api, cluster, surroundings, actionHistory, remediations, notifier, shards, clock, log };
    const policies = this.#policies;
    const monitor = new PodMonitor(cluster.pods, policies.samplers, this.alerts);
    const { allowedNamespaces } = config;
    const remedies = remediesAtHand(
      { api, helm, clock, shards, cluster, lastKnownGood, allowedNamespaces },
      parts.remedies,
    );
    this.#pods = new PodHealing({
      ...healing,
      monitor,
      policies,
      incidents: this.#podIncidents,
      life: new IncidentLife<PodTarget>({ ...living, incidents: this.#podIncidents }),
      remedies,
    });
    this.#releases =
      helm &&
      new ReleaseHealing({
        ...healing,
        helm,
        policies,
        incidents: this.#releaseIncidents,
        life: new IncidentLife<ReleaseTarget>({ ...living, incidents: this.#releaseIncidents }),
        lastKnownGood,
        lastKnownGoodWatch: goodWatch,
        unreadable: new UnreadableReleases({ eventRecorder, clock, count: () => metrics.unreadableReleases.inc() }),
        watchTimeoutSeconds: timeoutSeconds,
        goodAfterMs,
      });
    this.#workingRevisions = new WorkingRevisions({ lastKnownGood, clock, goodAfterMs, shards, cluster, log });
    this.#eventHandlers = new EventHandlers({
      cluster,
      policies: policies.store,
      remediations,
      actionHistory,
      incidents: this.#podIncidents,
      pods: this.#pods,
      workingRevisions: this.#workingRevisions,
      allowedNamespaces,
    });
    this.#sweeper = new RemediationSweeper({
      store,
      api: objects,
      limits: config.remediations,
      shards,
      clock,
      onTrouble,
    });
  }

  start(): void {
    this.#eventHandlers.begin();
    const { signal } = this.#watching;
    this.#running = Promise.all([
      this.#cluster.run(signal),
      this.#shards.run(this.#electing.signal),
      this.#lastKnownGoodWatch.run(signal),
      this.#releases?.run(signal),
    ]);
    this.#beat = setInterval(() => this.#everyBeat(), BEAT_MS);
  }

  /** Ends what is under way, gives the shards up, tells the rest. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#beat);
    this.#policies.stop();
    await Promise.all([this.#pods.stop(), this.#releases?.stop()]);
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
    const stale = this.#watches.stale();
    return stale === undefined ? undefined : `the watch of ${stale} is not fresh`;
  }

  /** Brings gauges that are only read up to date. */
  measure(): void {
    setGauges(this.#parts.metrics, {
      watches: this.#watches.ages(),
      queueDepth: this.#pods.queueDepth + (this.#releases?.queueDepth ?? 0),
      notificationQueueDepth: this.#notifier.depth,
      shards: this.#parts.config.shards,
      heldShards: this.#shards.held(),
      policies: this.#policies.policies.length,
      isStormy: this.#storm.why !== undefined,
      openIncidents: [...this.#podIncidents.values(), ...this.#releaseIncidents.values()],
    });
  }

  #everyBeat(): void {
    this.#policies.beat();
    this.#storm.see(new Set([...this.#podIncidents.values()].map(({ target }) => target.uid)).size);
    this.#pods.beat();
    if (this.#shards.held().length === 0) return;
    this.#pods.takeOver();
    this.#notifier.beat();
    this.#remediations.forget();
    void this.#sweeper.sweep();
    this.#policies.writeStatuses();
    this.#releases?.takeOver();
    this.#workingRevisions
      .sweep()
      .catch((error: unknown) => this.#parts.log.error(`a beat failed: ${describeError(error)}`));
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

  #createShards(actionHistory: ActionHistory): Shards {
    const { api, config, clock, log } = this.#parts;
    return new Shards({
      ...config.lease,
      folder: api.leaseFolder(config.ownNamespace),
      prefix: HEALER.lease,
      count: config.shards,
      identity: `${config.podName}_${randomUUID()}`,
      clock,
      notes: new HistoryNotes(actionHistory, config.shards, log),
      fit: () => this.#watches.stale() === undefined,
      onChange: (shard, holds, why) => {
        log.info({ shard, holds }, holds ? `acts on shard ${shard}: ${why}` : `leaves shard ${shard} alone: ${why}`);
        if (holds) this.#lookAtAll();
      },
      onTrouble: (message) => log.warn(message),
    });
  }

  #lookAtAll(): void {
    this.#pods.lookAtAll();
    this.#releases?.lookAtAll();
  }
}

/** What bounds every action, of whatever kind. */
function limitsOf({ watchStaleAfterMs: staleWatchMs, allowedNamespaces, ownNamespace, buckets }: Config): HealerLimits {
  return { staleWatchMs, allowedNamespaces, ownNamespace, buckets };
}
