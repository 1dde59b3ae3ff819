import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type KubernetesObject,
  KubernetesObjectApi,
  type V1Pod,
} from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { systemClock } from '../../healer/src/clock.ts';
import { KubeClient } from '../../healer/src/kube/client.ts';
import { ObjectStore } from '../../healer/src/kube/object-store.ts';
import { Reflector } from '../../healer/src/kube/reflector.ts';
import { API_VERSION, HEALER, RESOURCES } from '../../healer/src/names.ts';
import type { Phase } from '../../healer/src/policy/remediation-schema.ts';
import { viewRemediation } from '../../healer/src/remediations/view.ts';
import { type AccountToken, ApiServer, type ControlPlanePrograms } from './api-server.ts';
import { serveKind } from './serve-kinds.ts';

const MANIFESTS = fileURLToPath(new URL('../../lab/deploy/healer', import.meta.url));
const LABELS = { app: 'shop-back' };
export const REPLICAS = 3;
const BUDGET = { actions: 50, per: '10m' };
const LIMITS = { minHealthy: '51%', cooldown: '1ms', budget: BUDGET, giveUpAfter: 3, verifyWithin: '20s' };
/** Evicts a pod that lost its readiness. */
const POD_POLICY = { conditions: [{ type: 'NotReady', for: '300ms' }] };

/** A shop of its own and a home for the healer, in two namespaces. */
export interface Shop {
  readonly namespace: string;
  readonly healerNamespace: string;
}

/** A real API server with Kubernetes' own workload controllers; a few lines of this class are the kubelet. */
export class ShopCluster {
  readonly server: ApiServer;
  readonly core: CoreV1Api;
  readonly #apps: AppsV1Api;
  readonly #objects: KubernetesObjectApi;
  readonly #custom: CustomObjectsApi;
  readonly #pods = new ObjectStore<V1Pod>();
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #shops = 0;
  #addresses = 0;

  private constructor(server: ApiServer) {
    const config = server.kubeConfig();
    this.server = server;
    this.core = config.makeApiClient(CoreV1Api);
    this.#apps = config.makeApiClient(AppsV1Api);
    this.#objects = KubernetesObjectApi.makeApiClient(config);
    this.#custom = config.makeApiClient(CustomObjectsApi);
  }

  static async start(programs: ControlPlanePrograms): Promise<ShopCluster> {
    const server = await ApiServer.start(programs);
    try {
      await server.startControllers(['deployment-controller', 'replicaset-controller']);
      const cluster = new ShopCluster(server);
      await cluster.#installHealer();
      cluster.#runKubelet();
      return cluster;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.server.stop();
  }

  /** Makes a shop with all its replicas Ready and a policy over it. The first one uses the healer's real namespace. */
  async openShop(): Promise<Shop> {
    const shop = await this.openEmptyShop(POD_POLICY);
    const template = { metadata: { labels: LABELS }, spec: { containers: [{ name: 'main', image: 'none' }] } };
    const spec = { replicas: REPLICAS, selector: { matchLabels: LABELS }, template };
    const { namespace } = shop;
    await this.#apps.createNamespacedDeployment({ namespace, body: { metadata: { name: 'back' }, spec } });
    return shop;
  }

  /** The same without a Deployment: somebody else brings one of that name and those labels. */
  async openEmptyShop(policy: object): Promise<Shop> {
    this.#shops += 1;
    const namespace = `shop-${this.#shops}`;
    const healerNamespace = this.#shops === 1 ? HEALER.namespace : `healer-${this.#shops}`;
    const shop = { namespace, healerNamespace };
    for (const name of this.#shops === 1 ? [namespace] : [namespace, healerNamespace]) {
      await this.core.createNamespace({ body: { metadata: { name } } });
    }
    await this.#givePolicy(shop, policy);
    for (const role of ['healproof-healer-act', 'healproof-healer-releases']) await this.#bind(role, namespace);
    return shop;
  }

  async closeShop({ namespace }: Shop): Promise<void> {
    await this.#apps.deleteNamespacedDeployment({ namespace, name: 'back', propagationPolicy: 'Background' });
    for (const { metadata } of this.podsOf(namespace)) {
      await this.core.deleteNamespacedPod({ namespace, name: metadata?.name ?? '' }).catch(ignoreMissing);
    }
  }

  podsOf(namespace: string): V1Pod[] {
    return [...this.#pods.values()].filter(({ metadata }) => metadata?.namespace === namespace);
  }

  /** The shop has all its replicas, Ready, and its Deployment knows it. */
  async isWhole({ namespace }: Shop): Promise<boolean> {
    const ready = this.podsOf(namespace).filter((pod) => readiness(pod) === 'True');
    if (ready.length !== REPLICAS || this.podsOf(namespace).length !== REPLICAS) return false;
    const { status, metadata } = await this.#apps.readNamespacedDeployment({ namespace, name: 'back' });
    return status?.readyReplicas === REPLICAS && status.observedGeneration === metadata?.generation;
  }

  /** One of the replicas is not Ready from now on. */
  async makeSick(shop: Shop): Promise<V1Pod> {
    const [pod] = this.podsOf(shop.namespace);
    if (pod === undefined) throw new Error('the shop has no pod to make sick');
    await this.#report(pod, 'False');
    return pod;
  }

  /** Settings of a healer process that looks after one shop. */
  async healerEnvironment(shop: Shop, name: string, url: string, token: AccountToken): Promise<Record<string, string>> {
    return {
      KUBECONFIG: await this.server.kubeConfigFile(`${shop.namespace}-${name}`, token, url),
      POD_NAME: name,
      POD_NAMESPACE: shop.healerNamespace,
      HEALER_NAMESPACES: shop.namespace,
      // What was done in the shops before neither delays this one nor hides what would be done twice.
      HEALER_BUDGET: '9999/10m',
      HEALER_NAMESPACE_BUDGET: '9999/10m',
    };
  }

  async #installHealer(): Promise<void> {
    const texts = readdirSync(MANIFESTS).map((file) => readFileSync(join(MANIFESTS, file), 'utf8'));
    const objects = texts.flatMap((text) =>
      parseAllDocuments(text).map((each) => each.toJS() as KubernetesObject | null),
    );
    const wanted = new Set(['Namespace', 'ServiceAccount']);
    for (const object of objects) {
      if (object === null) continue;
      const kind = object.kind ?? '';
      if (kind === 'CustomResourceDefinition') await serveKind(this.server.kubeConfig(), object);
      if (wanted.has(kind) || object.apiVersion === 'rbac.authorization.k8s.io/v1') await this.#objects.create(object);
    }
  }

  async #bind(name: string, namespace: string): Promise<void> {
    const apiGroup = 'rbac.authorization.k8s.io';
    const subject = { kind: 'ServiceAccount', name: HEALER.serviceAccount, namespace: HEALER.namespace };
    await this.#objects.create({
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects: [subject],
    } as KubernetesObject);
  }

  async #givePolicy({ namespace }: Shop, policy: object): Promise<void> {
    const spec = { selector: { matchLabels: LABELS }, limits: LIMITS, ...policy };
    const body = { apiVersion: 'healproof.dev/v1alpha1', kind: 'HealingPolicy', metadata: { name: 'back' }, spec };
    const at = { group: 'healproof.dev', version: 'v1alpha1', plural: 'healingpolicies', namespace };
    await this.#custom.createNamespacedCustomObject({ ...at, body });
  }

  /** Of its Remediations. */
  async phasesOf({ namespace }: Shop): Promise<Phase[]> {
    const [group = '', version = ''] = API_VERSION.split('/');
    const at = { group, version, namespace, plural: RESOURCES.Remediation };
    const { items } = (await this.#custom.listNamespacedCustomObject(at)) as { items: KubernetesObject[] };
    return items.map((item) => viewRemediation(item).status?.phase ?? 'Detected');
  }

  /** Every new pod runs and is Ready at once, unless its image is `broken`. */
  #runKubelet(): void {
    const reflector = new Reflector<V1Pod, V1Pod>({
      name: 'pods of the kubelet',
      source: new KubeClient(this.server.kubeConfig()).watches.pods(),
      store: this.#pods,
      project: (pod) => pod,
      clock: systemClock,
      timeoutSeconds: 60,
      onTrouble: () => undefined,
    });
    this.#pods.onChange(({ current }) => {
      if (current === undefined || readiness(current) !== undefined) return;
      const isBroken = current.spec?.containers[0]?.image === 'broken';
      this.#report(current, isBroken ? 'False' : 'True').catch(ignoreMissing);
    });
    this.#running = reflector.run(this.#stop.signal);
  }

  async #report(pod: V1Pod, ready: 'True' | 'False'): Promise<void> {
    const { name = '', namespace = '' } = pod.metadata ?? {};
    this.#addresses += 1;
    const now = new Date();
    const startTime = new Date(now.getTime() - 60_000);
    const podIP = pod.status?.podIP ?? `10.1.${this.#addresses >> 8}.${this.#addresses & 255}`;
    const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: ready, lastTransitionTime: now }));
    const status = { phase: 'Running', podIP, podIPs: [{ ip: podIP }], startTime, conditions };
    const { resourceVersion: _, ...metadata } = pod.metadata ?? {};
    await this.core.replaceNamespacedPodStatus({ name, namespace, body: { ...pod, metadata, status } });
  }
}

function readiness(pod: V1Pod): string | undefined {
  return pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ApiException && (error.code === 404 || error.code === 409))) throw error;
}
