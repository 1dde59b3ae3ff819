import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { Controller } from './controller.ts';
import { RecoveryEngine } from './engines/recovery/engine.ts';
import { FollowUp } from './engines/recovery/follow-up.ts';
import { forgiveWhole } from './engines/recovery/forgive.ts';
import { Ledger } from './engines/recovery/ledger.ts';
import { describeError } from './errors.ts';
import type { KubeClient } from './kube/client.ts';
import { LeaseElector } from './kube/lease.ts';
import { PodMonitor } from './monitors/pod/observe.ts';
import type { InstantQuery } from './monitors/pod/prometheus.ts';
import type { SloSampler } from './monitors/pod/slo-sampler.ts';
import { SloSamplers } from './monitors/pod/slo-samplers.ts';
import { ANNOTATIONS, HEALER } from './names.ts';
import { selects } from './policy/selector.ts';
import { PolicyStore } from './policy/store.ts';
import { Pulse } from './pulse.ts';
import { Diary } from './records/diary.ts';
import { EventOutbox } from './records/event-outbox.ts';
import { IncidentBook } from './records/incident-book.ts';
import { PolicyNews } from './records/policy-news.ts';
import { Recorder } from './records/recorder.ts';
import type { HealerMetrics } from './telemetry/metrics.ts';
import { World } from './world.ts';

export interface HealerParts {
  readonly config: Config;
  readonly api: KubeClient;
  readonly query: InstantQuery;
  readonly metrics: HealerMetrics;
  readonly log: Logger;
  readonly clock: Clock;
}

const BEAT_MS = 500;
/** A healer whose timers stand still this long is not alive. */
const DEAD_AFTER_MS = 15_000;
const EVENT_ATTEMPTS = 60;
const EVENT_CAPACITY = 1_000;
const FLUSH_MS = 3_000;

/** One replica of the healer: watches, judges, and acts while it holds the Lease. */
export class Healer {
  readonly #parts: HealerParts;
  readonly #ledger = new Ledger();
  readonly #book = new IncidentBook();
  readonly #world: World;
  readonly #outbox: EventOutbox;
  readonly #elector: LeaseElector;
  readonly #policies: PolicyStore;
  readonly #samplers: SloSamplers;
  readonly #controller: Controller;
  readonly #pulse: Pulse;
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
    this.#elector = this.#createElector();
    const mayActOn = (): boolean => this.#elector.isLeader();
    const ownership = { mayActOn, confirm: () => this.#elector.renew() };
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
        ownership,
        limits: {
          staleWatchMs: config.watchStaleAfterMs,
          allowedNamespaces: config.allowedNamespaces,
          ownNamespace: config.ownNamespace,
        },
      }),
      followUp: new FollowUp({ ...shared, book: this.#book }),
      onError: (key, error) => log.error({ key, err: error }, `looking at ${key} failed: ${describeError(error)}`),
    });
    this.#pulse = new Pulse({
      policies: this.#policies,
      samplers: this.#samplers,
      watchAges: () => this.#world.watchAges(),
      staleWatchMs: config.watchStaleAfterMs,
      tellAfterMs: config.dataStaleAfterMs,
      mayAct: mayActOn,
      metrics,
      clock,
      onFrozenChange: (change) => {
        news.frozen(change);
        this.#controller.lookAtAll();
      },
    });
  }

  start(): void {
    this.#world.pods.onChange(({ key }) => this.#controller.lookAt(key));
    this.#world.policyTexts.onChange(({ current, previous }) => {
      if (current !== undefined) this.#policies.offer(current.text, current.source);
      else this.#policies.withdraw(`after ${previous?.source ?? 'start'}`);
    });
    this.#running = Promise.all([this.#world.run(this.#watching.signal), this.#elector.run(this.#electing.signal)]);
    this.#beat = setInterval(() => {
      this.#pulse.beat();
      forgiveWhole(this.#recovery, this.#policies.policies);
    }, BEAT_MS);
  }

  /** Ends what is under way, tells the rest, gives the Lease up. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#samplers.stop();
    await this.#controller.stop();
    this.#electing.abort();
    try {
      await this.#outbox.flush(FLUSH_MS);
      await this.#elector.release();
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
    const stale = this.#world.watchAges().find(({ ageMs }) => !(ageMs <= this.#parts.config.watchStaleAfterMs));
    if (stale !== undefined) return `the watch of ${stale.name} is not fresh`;
    return this.#policies.loaded ? undefined : 'no policies are loaded';
  }

  /** Brings gauges that are only read up to date. */
  measure(): void {
    const { metrics } = this.#parts;
    for (const { name, ageMs } of this.#world.watchAges()) {
      if (Number.isFinite(ageMs)) metrics.watchAgeSeconds.set({ watch: name }, ageMs / 1000);
    }
    metrics.queueDepth.set(this.#controller.queueDepth);
    metrics.leader.set(this.#elector.isLeader() ? 1 : 0);
    metrics.policies.set(this.#policies.policies.length);
    metrics.openIncidents.reset();
    for (const { policy, condition } of this.#book.values()) metrics.openIncidents.inc({ policy, condition });
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

  #createElector(): LeaseElector {
    const { api, config, clock, log } = this.#parts;
    return new LeaseElector({
      ...config.lease,
      api: api.leases(config.ownNamespace, HEALER.lease),
      identity: `${config.podName}_${randomUUID()}`,
      clock,
      notes: {
        save: () => ({ [ANNOTATIONS.actions]: this.#ledger.serialise() }),
        load: (annotations) => {
          const problem = this.#ledger.merge(annotations[ANNOTATIONS.actions]);
          if (problem !== undefined) log.warn(problem);
        },
      },
      onChange: (leader, why) => {
        log.info({ leader }, leader ? `may act now: ${why}` : `may not act: ${why}`);
        if (leader) this.#controller.lookAtAll();
      },
    });
  }

  #policiesChanged(): void {
    this.#samplers.follow(this.#policies.policies);
    this.#controller.lookAtAll();
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
