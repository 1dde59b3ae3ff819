import { CoreV1Api, type V1Pod } from '@kubernetes/client-node';
import { systemClock } from '../../healer/src/clock.ts';
import { KubeClient } from '../../healer/src/kube/client.ts';
import { ObjectStore } from '../../healer/src/kube/object-store.ts';
import { Reflector } from '../../healer/src/kube/reflector.ts';
import { METRICS } from '../../healer/src/names.ts';
import type { ApiServer } from './api-server.ts';
import { HealerProcess } from './healer-process.ts';

const LOOK_EVERY_MS = 250;

interface Replica {
  readonly process: HealerProcess;
  readonly pod: V1Pod;
  isReady: boolean;
}

/** The kubelet of the healer's own pods: each is run as a process of this machine, with the environment of its manifest. */
export class Replicas {
  readonly namespace: string;
  readonly #kubeconfig: string;
  readonly #core: CoreV1Api;
  readonly #replicas = new Map<string, Replica>();
  readonly #ended: HealerProcess[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #timer: NodeJS.Timeout;
  #looking = false;

  /** Every replica reaches the API server at `url`, as the healer's service account. */
  static async open(server: ApiServer, namespace: string, url: string): Promise<Replicas> {
    return new Replicas(server, namespace, await server.kubeConfigFile('healer', 'healer-token', url));
  }

  private constructor(server: ApiServer, namespace: string, kubeconfig: string) {
    this.namespace = namespace;
    this.#kubeconfig = kubeconfig;
    const config = server.kubeConfig();
    this.#core = config.makeApiClient(CoreV1Api);
    const pods = new ObjectStore<V1Pod>();
    pods.onChange(({ key, current }) => {
      if (!key.startsWith(`${namespace}/`)) return;
      if (current === undefined || current.metadata?.deletionTimestamp !== undefined) this.#end(key);
      else if (!this.#replicas.has(key)) this.#begin(key, current);
    });
    this.#running = new Reflector<V1Pod, V1Pod>({
      name: 'pods of the healer',
      source: new KubeClient(config).watches.pods(),
      store: pods,
      project: (pod) => pod,
      clock: systemClock,
      timeoutSeconds: 60,
      onTrouble: () => undefined,
    }).run(this.#stop.signal);
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
  }

  /** Replicas that are Ready. */
  ready(): HealerProcess[] {
    return [...this.#replicas.values()].flatMap(({ isReady, process }) => (isReady ? [process] : []));
  }

  /** All that ever ran. */
  everyone(): HealerProcess[] {
    return [...this.#ended, ...[...this.#replicas.values()].map(({ process }) => process)];
  }

  /** What Prometheus is told to scrape. */
  targets(): { targets: string[]; labels: Record<string, string> }[] {
    return [...this.#replicas].flatMap(([key, { process }]) => {
      const [namespace = '', pod = ''] = key.split('/');
      return process.port === undefined ? [] : [{ targets: [`127.0.0.1:${process.port}`], labels: { namespace, pod } }];
    });
  }

  /** How many shards each Ready replica holds, in growing order. */
  async shares(): Promise<number[]> {
    const held = await Promise.all(this.ready().map((each) => each.get('/metrics')));
    const count = (text = ''): number =>
      text.split('\n').filter((line) => line.startsWith(`${METRICS.shardHeld}{`)).length;
    return held.map((answer) => count(answer?.text)).sort();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running;
    for (const each of this.everyone()) await each.kill();
  }

  #begin(key: string, pod: V1Pod): void {
    const { name = '', namespace = '' } = pod.metadata ?? {};
    const container = pod.spec?.containers[0];
    const fields: Record<string, string> = { 'metadata.name': name, 'metadata.namespace': namespace };
    const given = (container?.env ?? []).map(({ name: variable, value, valueFrom }) => {
      return [variable, value ?? fields[valueFrom?.fieldRef?.fieldPath ?? ''] ?? ''];
    });
    const own = { KUBECONFIG: this.#kubeconfig, HEALER_PORT: '0' };
    const process = new HealerProcess({ ...Object.fromEntries(given), ...own });
    this.#replicas.set(key, { process, pod, isReady: false });
  }

  #end(key: string): void {
    const replica = this.#replicas.get(key);
    this.#replicas.delete(key);
    if (replica === undefined) return;
    this.#ended.push(replica.process);
    replica.process.signal('SIGTERM');
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    await Promise.allSettled([...this.#replicas.values()].map((replica) => this.#probe(replica)));
    this.#looking = false;
  }

  async #probe(replica: Replica): Promise<void> {
    const isReady = (await replica.process.get('/readyz'))?.status === 200;
    if (isReady === replica.isReady) return;
    const { name = '', namespace = '', resourceVersion: _, ...metadata } = replica.pod.metadata ?? {};
    const now = new Date();
    const ready = isReady ? 'True' : 'False';
    const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: ready, lastTransitionTime: now }));
    const status = { phase: 'Running', startTime: now, conditions };
    const body = { ...replica.pod, metadata: { ...metadata, name, namespace }, status };
    await this.#core.replaceNamespacedPodStatus({ name, namespace, body });
    replica.isReady = isReady;
  }
}
