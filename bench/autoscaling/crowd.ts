import { AppsV1Api, CoreV1Api, CustomObjectsApi, type V1Pod } from '@kubernetes/client-node';
import { systemClock } from '../../healer/src/clock.ts';
import { KubeClient } from '../../healer/src/kube/client.ts';
import { ObjectStore } from '../../healer/src/kube/object-store.ts';
import { Reflector } from '../../healer/src/kube/reflector.ts';
import type { ApiServer } from '../../test/real-cluster/api-server.ts';

const LABELS = { app: 'crowd' };
const AT_ONCE = 20;
const GROUP = { group: 'healproof.dev', version: 'v1alpha1' };

/** Many workloads of one pod each, so that they fall into all shards; a few lines of this class are their kubelet. */
export class Crowd {
  readonly namespace: string;
  readonly size: number;
  readonly #core: CoreV1Api;
  readonly #apps: AppsV1Api;
  readonly #custom: CustomObjectsApi;
  readonly #pods = new ObjectStore<V1Pod>();
  readonly #born = new Set<string>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(server: ApiServer, namespace: string, size: number) {
    const config = server.kubeConfig();
    this.namespace = namespace;
    this.size = size;
    this.#core = config.makeApiClient(CoreV1Api);
    this.#apps = config.makeApiClient(AppsV1Api);
    this.#custom = config.makeApiClient(CustomObjectsApi);
    const reflector = new Reflector<V1Pod, V1Pod>({
      name: 'pods of the crowd',
      source: new KubeClient(config).watches.pods(),
      store: this.#pods,
      project: (pod) => pod,
      clock: systemClock,
      timeoutSeconds: 60,
      onTrouble: () => undefined,
    });
    this.#pods.onChange(({ current }) => {
      if (current?.metadata?.namespace !== namespace) return;
      this.#born.add(current.metadata.uid ?? '');
      if (readiness(current) === undefined) {
        this.#report(current, 'True').catch((error: unknown) => {
          if (!(error instanceof Error && /404|409/.test(error.message))) throw error;
        });
      }
    });
    this.#running = reflector.run(this.#stop.signal);
  }

  async gather(): Promise<void> {
    const names = Array.from({ length: this.size }, (_, index) => `crowd-${index}`);
    await inBatches(names, (name) => {
      const selector = { matchLabels: { ...LABELS, name } };
      const spec = { containers: [{ name: 'main', image: 'none' }] };
      const template = { metadata: { labels: selector.matchLabels }, spec };
      const body = { metadata: { name }, spec: { replicas: 1, selector, template } };
      return this.#apps.createNamespacedDeployment({ namespace: this.namespace, body });
    });
  }

  /** Nothing but the healer's own pace holds it back. */
  async givePolicy(): Promise<void> {
    const limits = {
      minHealthy: '0%',
      cooldown: '1ms',
      budget: { actions: 1000, per: '10m' },
      giveUpAfter: 1000,
      flap: { actions: 1000, per: '30m' },
    };
    const spec = { selector: { matchLabels: LABELS }, conditions: [{ type: 'NotReady', for: '1s' }], limits };
    const body = { apiVersion: 'healproof.dev/v1alpha1', kind: 'HealingPolicy', metadata: { name: 'crowd' }, spec };
    const { namespace } = this;
    await this.#custom.createNamespacedCustomObject({ ...GROUP, plural: 'healingpolicies', namespace, body });
  }

  /** Every pod is not Ready from now on; returns their UIDs. */
  async makeSick(): Promise<string[]> {
    const pods = this.#all();
    await inBatches(pods, (pod) => this.#report(pod, 'False'));
    return pods.map(({ metadata }) => metadata?.uid ?? '').sort();
  }

  /** UIDs of the pods that are Ready. */
  well(): string[] {
    return this.#all().flatMap((pod) => (readiness(pod) === 'True' ? [pod.metadata?.uid ?? ''] : []));
  }

  /** How many pods there ever were. */
  get born(): number {
    return this.#born.size;
  }

  /** UIDs of the pods that a Remediation was opened for, one entry for each Remediation. */
  async treatments(): Promise<string[]> {
    const { namespace } = this;
    const list = await this.#custom.listNamespacedCustomObject({ ...GROUP, plural: 'remediations', namespace });
    const items: { spec?: { target?: { uid?: string } } }[] = Object(list).items ?? [];
    return items.map(({ spec }) => spec?.target?.uid ?? '');
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #all(): V1Pod[] {
    return [...this.#pods.values()].filter(({ metadata }) => metadata?.namespace === this.namespace);
  }

  async #report(pod: V1Pod, ready: 'True' | 'False'): Promise<void> {
    const { name = '', namespace = '', resourceVersion: _, ...metadata } = pod.metadata ?? {};
    const now = new Date();
    const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: ready, lastTransitionTime: now }));
    // That it became Ready some time after it began is how a healer that comes later knows that it once was.
    const startTime = pod.status?.startTime ?? new Date(now.getTime() - 60_000);
    const status = { phase: 'Running', startTime, conditions };
    const body = { ...pod, metadata: { ...metadata, name, namespace }, status };
    await this.#core.replaceNamespacedPodStatus({ name, namespace, body });
  }
}

function readiness(pod: V1Pod): string | undefined {
  return pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
}

async function inBatches<T>(all: readonly T[], work: (each: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE) await Promise.all(all.slice(from, from + AT_ONCE).map(work));
}
