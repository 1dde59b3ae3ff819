import type { V1Pod } from '@kubernetes/client-node';
import { pino } from 'pino';
import { MetricsError, type VectorSample } from '../../src/alerts/prometheus.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { Config } from '../../src/config/config.ts';
import { Healer } from '../../src/healer.ts';
import { KubeClient } from '../../src/kube/client.ts';
import { ANNOTATIONS, HEALER, type HealerRecord } from '../../src/names.ts';
import type { MessageChannel } from '../../src/notifications/channel.ts';
import type { HelmCommand } from '../../src/releases/helm-command.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import type { Traces } from '../../src/telemetry/traces.ts';
import { FakeApiServer, type SeenRequest } from './fake-api-server.ts';
import type { StoredObject } from './stored-object.ts';

const SLO_SICK = {
  type: 'SLOViolation',
  query: 'ratio',
  threshold: '> 0.5',
  replicaLabel: 'replica',
  replicaIs: 'podIP',
  for: '30ms',
  grace: '1ms',
  steps: [{ action: 'EvictPod' }],
};

/** What the policy of the lab asks for. */
export const SPEC = {
  selector: { matchLabels: { app: 'shop-back' } },
  conditions: [SLO_SICK, { type: 'NotReady', for: '30ms', steps: [{ action: 'EvictPod' }] }] as object[],
  limits: {
    minHealthy: '51%',
    cooldown: '1ms',
    budget: { actions: 9, per: '10m' },
    giveUpAfter: 1,
    verifyWithin: '100ms',
  },
};

export const POLICIES = '/apis/healproof.dev/v1alpha1/healingpolicies';
export const REMEDIATIONS = '/apis/healproof.dev/v1alpha1/remediations';
const EVENTS = '/apis/events.k8s.io/v1/events';
export const PODS = '/api/v1/pods';
const OWNER = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'back-1', uid: 'rs-1', controller: true };

const CONFIG: Config = {
  prometheusUrl: 'http://unused',
  allowedNamespaces: ['shop'],
  ownNamespace: HEALER.namespace,
  podName: 'healer-0',
  port: 0,
  logLevel: 'silent',
  evaluationIntervalMs: 10,
  dataStaleAfterMs: 400,
  watchTimeoutSeconds: 10,
  watchStaleAfterMs: 20_000,
  lease: { leaseMs: 9_000, renewDeadlineMs: 6_000, retryMs: 50 },
  buckets: { cluster: { actions: 50, perMs: 600_000 }, namespace: { actions: 50, perMs: 600_000 } },
  storm: { targets: 0, calmMs: 1_000 },
  remediations: { keepMs: 3_600_000, most: 100 },
  alerts: undefined,
  alertAges: { forgetAfterMs: 600_000, oldAfterMs: 3_600_000 },
  traces: false,
  shards: 2,
  inCluster: false,
  goodAfterMs: 30_000,
};

/** What a replica is given beside the cluster and its settings. */
interface LabParts {
  readonly helm?: Pick<HelmCommand, 'rollback' | 'uninstall'>;
  readonly channel?: MessageChannel;
  readonly traces?: Traces;
}

/** A cluster in one process: a Deployment `back` with three pods in namespace `shop`, and a Prometheus that knows them. */
export class TestLab {
  readonly server = new FakeApiServer();
  /** What the query returns; `undefined` means that Prometheus is down. */
  ratios: Map<string, number> | undefined = new Map();
  clock: Clock = systemClock;
  readonly #healers: Healer[] = [];
  #addresses = 0;
  #generation = 0;
  #started: ReturnType<FakeApiServer['start']> | undefined;

  constructor() {
    this.putPolicy(SPEC);
    this.server.put('/api/v1/namespaces', { metadata: { name: 'shop' } });
    this.server.put('/api/v1/nodes', { metadata: { name: 'worker' } });
    this.putDeployment({});
    const controller = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'back',
      uid: 'deployment-1',
      controller: true,
    };
    this.server.put('/apis/apps/v1/replicasets', {
      metadata: { namespace: 'shop', name: 'back-1', uid: 'rs-1', ownerReferences: [controller] },
    });
    for (const name of ['a', 'b', 'c']) this.addPod(name);
  }

  /** Starts one replica of the healer. */
  async startHealer(
    changes: Partial<Config> = {},
    parts: LabParts = {},
  ): Promise<{ healer: Healer; metrics: ReturnType<typeof createMetrics> }> {
    const config = { ...CONFIG, ...changes };
    const metrics = createMetrics();
    const api = new KubeClient(await this.#kubeConfig());
    const log = pino({ level: 'silent' });
    const healer = new Healer({ config, api, metrics, log, clock: this.clock, ...parts, query: () => this.#query() });
    this.#healers.push(healer);
    healer.start();
    return { healer, metrics };
  }

  async stop(): Promise<void> {
    this.server.intercept = () => undefined;
    await Promise.all(this.#healers.map((healer) => healer.stop()));
    await this.server.stop();
  }

  /** Policy `shop-back` of namespace `shop` as it is from now on. */
  putPolicy(spec: object, metadata: object = {}): void {
    this.#generation += 1;
    const generation = this.#generation;
    this.server.put(POLICIES, {
      metadata: { namespace: 'shop', name: 'shop-back', uid: 'policy-1', generation, ...metadata },
      spec,
    });
  }

  remediations(): StoredObject[] {
    return this.server.all(REMEDIATIONS);
  }

  putDeployment(status: object, generation = 1): void {
    const whole = { observedGeneration: 1, replicas: 3, updatedReplicas: 3 };
    this.server.put('/apis/apps/v1/deployments', {
      metadata: { namespace: 'shop', name: 'back', uid: 'deployment-1', generation },
      spec: { replicas: 3, template: { metadata: {} } },
      status: { ...whole, ...status },
    });
  }

  /** A pod that has been Ready for a while, and well. */
  addPod(name: string, changes: { ready?: boolean; metadata?: object } = {}): void {
    this.#addresses += 1;
    const address = this.addressOf(name) ?? `10.0.0.${this.#addresses}`;
    this.ratios?.set(address, this.ratios.get(address) ?? 0);
    this.server.put(PODS, podObject(name, address, changes.ready ?? true, changes.metadata));
  }

  addressOf(name: string): string | undefined {
    const pod = this.server.all(PODS).find(({ metadata }) => metadata.name === name) as V1Pod | undefined;
    return pod?.status?.podIP;
  }

  /** Most calls to this pod fail from now on. */
  makeSick(name: string): void {
    this.ratios?.set(this.addressOf(name) ?? '', 1);
  }

  makeWell(name: string): void {
    this.ratios?.set(this.addressOf(name) ?? '', 0);
  }

  evictions(): SeenRequest[] {
    return this.server.requests.filter(isEviction);
  }

  /** Resolves with the eviction once it was asked for; then a new pod takes the place. */
  async replaceEvicted(replacement: string): Promise<SeenRequest> {
    const request = await this.server.request(isEviction);
    this.addPod(replacement);
    return request;
  }

  /** Resolves with the first record that fits, once its Event was written. */
  async record(stage: HealerRecord['stage'], refusal?: HealerRecord['refusal']): Promise<HealerRecord> {
    const fits = (request: SeenRequest): boolean => {
      const record = recordOf(request);
      return record?.stage === stage && (refusal === undefined || record.refusal === refusal);
    };
    const found = recordOf(await this.server.request(fits));
    if (found === undefined) throw new Error('the record vanished');
    return found;
  }

  records(): HealerRecord[] {
    return this.server.requests.map(recordOf).filter((record) => record !== undefined);
  }

  /** Resolves once an Event with this reason was written. */
  async announced(reason: string): Promise<StoredObject> {
    const request = await this.server.request(
      ({ path, body }) => isEventWrite(path) && (body as StoredObject).reason === reason,
    );
    return request.body as StoredObject;
  }

  #kubeConfig(): ReturnType<FakeApiServer['start']> {
    this.#started ??= this.server.start();
    return this.#started;
  }

  async #query(): Promise<VectorSample[]> {
    if (this.ratios === undefined) throw new MetricsError('Prometheus did not answer');
    const evaluatedAtMs = Date.now();
    return [...this.ratios].map(([replica, value]) => ({ labels: { replica }, value, evaluatedAtMs }));
  }
}

function podObject(name: string, address: string, ready: boolean, metadata: object = {}): StoredObject {
  const longAgo = new Date(Date.now() - 60_000).toISOString();
  const changedAt = ready ? longAgo : new Date(Date.now() - 10_000).toISOString();
  return {
    metadata: {
      namespace: 'shop',
      name,
      uid: `uid-${name}`,
      creationTimestamp: longAgo,
      labels: { app: 'shop-back' },
      ownerReferences: [OWNER],
      ...metadata,
    },
    spec: { nodeName: 'worker' },
    status: {
      phase: 'Running',
      podIP: address,
      startTime: longAgo,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: changedAt }],
    },
  };
}

function isEviction({ path }: SeenRequest): boolean {
  return path.endsWith('/eviction');
}

function isEventWrite(path: string): boolean {
  return path.startsWith('/apis/events.k8s.io/') && path.endsWith('/events');
}

function recordOf({ path, body }: SeenRequest): HealerRecord | undefined {
  if (!isEventWrite(path)) return undefined;
  const text = (body as StoredObject).metadata.annotations?.[ANNOTATIONS.record];
  return text === undefined ? undefined : (JSON.parse(text) as HealerRecord);
}

export function eventsOf(lab: TestLab): StoredObject[] {
  return lab.server.all(EVENTS);
}
