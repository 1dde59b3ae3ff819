import { join } from 'node:path';
import {
  ApiException,
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
  type V1Pod,
} from '@kubernetes/client-node';
import { ApiServer, findPrograms } from '../../test/real-cluster/api-server.ts';
import { findHelm } from '../../test/real-cluster/find-helm.ts';
import { Child } from '../child.ts';
import { say } from '../figures.ts';
import { startKwok } from '../kwok.ts';
import { inLanes, until } from '../waiting.ts';
import {
  CROWD_LABELS,
  type CrowdShape,
  deploymentsOf,
  namespaceNames,
  nodeNames,
  podOf,
  replicaSetOf,
} from './crowd.ts';
import { ShippedHealer } from './shipped-healer.ts';

const LANES = 16;
const SLOW_POLL_MS = 2_000;
const CROWD = Object.entries(CROWD_LABELS)
  .map(([key, value]) => `${key}=${value}`)
  .join(',');
const FILL_MS = 1_200_000;
const CONTROLLERS = ['deployment-controller', 'replicaset-controller', 'garbage-collector-controller'];
const POLICIES = { group: 'healproof.dev', version: 'v1alpha1', plural: 'clusterhealingpolicies' };
const AS_MERGE = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

interface ControllerManager {
  readonly program: string;
  readonly kubeconfig: string;
}

/** A real API server with Kubernetes' own workload controllers, KWOK as nodes and kubelets, and the healer's chart. */
export class CrowdCluster {
  readonly server: ApiServer;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly custom: CustomObjectsApi;
  readonly healer: ShippedHealer;
  readonly #kwok: Child;
  readonly #controllerManager: ControllerManager;
  readonly #nodes = new Set<string>();
  #controllers: Child | undefined;

  private constructor(server: ApiServer, kwok: Child, healer: ShippedHealer, controllerManager: ControllerManager) {
    const config = server.kubeConfig();
    this.server = server;
    this.#kwok = kwok;
    this.#controllerManager = controllerManager;
    this.healer = healer;
    this.core = config.makeApiClient(CoreV1Api);
    this.apps = config.makeApiClient(AppsV1Api);
    this.custom = config.makeApiClient(CustomObjectsApi);
  }

  /** Process id of kube-controller-manager; throws before the cluster is filled. */
  get controllersPid(): number {
    if (this.#controllers === undefined) throw new Error('kube-controller-manager was not started yet');
    return this.#controllers.pid;
  }

  /** Everything that is started goes onto the stack. */
  static async start(stack: AsyncDisposableStack, namespaces: readonly string[]): Promise<CrowdCluster> {
    const programs = findPrograms();
    const helm = findHelm();
    if (typeof programs === 'string') throw new Error(programs);
    if (helm === undefined) throw new Error('helm was not built yet: the image build puts it into the cache folder');
    say('starting etcd, kube-apiserver and KWOK …');
    const server = await ApiServer.start(programs);
    stack.defer(() => server.stop());
    const core = server.kubeConfig().makeApiClient(CoreV1Api);
    for (const name of namespaces) await core.createNamespace({ body: { metadata: { name } } });
    const kubeconfig = await server.kubeConfigFile('controllers', 'admin-token');
    const kwok = stack.use(await startKwok(server));
    const healer = stack.use(await ShippedHealer.install(server, helm, namespaces));
    const cluster = new CrowdCluster(server, kwok, healer, { program: programs.controllerManager, kubeconfig });
    stack.defer(() => cluster.#controllers?.[Symbol.asyncDispose]());
    return cluster;
  }

  /**
   * Makes what is missing of the crowd and waits until all of it is Ready. Kubernetes' controllers stand still meanwhile and
   * find everything as they would have made it: they write several times for each pod, which takes most of the time.
   */
  async fill(shape: CrowdShape): Promise<void> {
    const place = `${namespaceNames(shape).length} namespaces on ${nodeNames(shape).length} nodes`;
    say(`making ${shape.pods} pods in ${place} …`);
    await this.#controllers?.[Symbol.asyncDispose]();
    const nodes = nodeNames(shape).filter((name) => !this.#nodes.has(name));
    await inLanes(nodes, LANES, (name) => this.#createNode(name));
    const known = await this.apps.listDeploymentForAllNamespaces({ labelSelector: CROWD });
    const there = new Set(known.items.map(({ metadata }) => metadata?.name));
    const missing = deploymentsOf(shape).filter(({ metadata }) => !there.has(metadata?.name));
    let done = 0;
    await inLanes(missing, LANES, async (deployment) => {
      await this.#createWorkload(deployment);
      done += 1;
      if (done % 20 === 0) say(`… ${done} of ${missing.length} Deployments`);
    });
    await until('KWOK to run all pods', FILL_MS, () => this.#nobodyWaits(), SLOW_POLL_MS);
    this.#controllers = this.#startControllers();
    await this.whole(shape.pods);
  }

  async #createWorkload(body: V1Deployment): Promise<void> {
    const namespace = body.metadata?.namespace ?? '';
    const deployment = await this.apps.createNamespacedDeployment({ namespace, body });
    const replicaSet = await this.apps.createNamespacedReplicaSet({ namespace, body: replicaSetOf(deployment) });
    const pods = Array.from({ length: body.spec?.replicas ?? 0 }, () => podOf(replicaSet));
    for (const pod of pods) await this.core.createNamespacedPod({ namespace, body: pod });
  }

  async #nobodyWaits(): Promise<boolean> {
    if (!this.#kwok.alive) throw new Error('KWOK has ended');
    const asked = { fieldSelector: 'status.phase=Pending', labelSelector: CROWD, resourceVersion: '0' };
    return (await this.core.listPodForAllNamespaces(asked)).items.length === 0;
  }

  #startControllers(): Child {
    const { program, kubeconfig } = this.#controllerManager;
    return new Child(program, controllerFlags(kubeconfig, this.server.folder), join(this.server.folder, 'kcm.log'));
  }

  /** Waits until all Deployments have all their replicas, Ready. */
  async whole(pods: number): Promise<void> {
    let ready = 0;
    const timer = setInterval(() => say(`… ${ready} of ${pods} pods are Ready`), 15_000);
    try {
      await until(`${pods} Ready pods`, FILL_MS, async () => {
        const { items } = await this.apps.listDeploymentForAllNamespaces({ labelSelector: CROWD });
        ready = items.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0);
        return (
          ready >= pods && items.every(({ status, spec }) => (status?.readyReplicas ?? 0) >= (spec?.replicas ?? 0))
        );
      });
    } finally {
      clearInterval(timer);
    }
  }

  /** A policy over the whole crowd. */
  async givePolicy(name: string, namespaces: readonly string[], spec: object): Promise<void> {
    const metadata = { name };
    const all = { namespaces, selector: { matchLabels: CROWD_LABELS }, ...spec };
    const body = { apiVersion: 'healproof.dev/v1alpha1', kind: 'ClusterHealingPolicy', metadata, spec: all };
    await this.custom.createClusterCustomObject({ ...POLICIES, body });
  }

  async pods(namespace: string): Promise<V1Pod[]> {
    return (await this.core.listNamespacedPod({ namespace })).items;
  }

  /** An ordinary death: the ReplicaSet replaces it. */
  async remove({ metadata }: V1Pod): Promise<void> {
    const { name = '', namespace = '' } = metadata ?? {};
    await this.core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 }).catch(ignoreMissing);
  }

  /** What replicas have written down for each other. */
  async forgetLeases(): Promise<void> {
    const namespace = 'healproof-system';
    await this.server.kubeConfig().makeApiClient(CoordinationV1Api).deleteCollectionNamespacedLease({ namespace });
  }

  /** What the kubelet would say of a container that ends again and again. */
  async makeCrashing(pod: V1Pod, restartCount = 5): Promise<void> {
    const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' };
    await this.setStatus(pod, false, { restartCount, state: { waiting } });
  }

  /** Sets the Ready condition and the state of all containers; the write is one frame of a watch. */
  async setStatus(pod: V1Pod, ready: boolean, container: object = {}): Promise<void> {
    const { name = '', namespace = '' } = pod.metadata ?? {};
    const lastTransitionTime = new Date().toISOString();
    const conditions = (pod.status?.conditions ?? []).map((condition) =>
      condition.type === 'Initialized'
        ? condition
        : { ...condition, status: ready ? 'True' : 'False', lastTransitionTime },
    );
    const containerStatuses = (pod.status?.containerStatuses ?? []).map((each) => ({ ...each, ready, ...container }));
    const body = { status: { conditions, containerStatuses } };
    await this.core.patchNamespacedPodStatus({ name, namespace, body }, AS_MERGE);
  }

  async #createNode(name: string): Promise<void> {
    const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', type: 'kwok' };
    const capacity = { cpu: '32', memory: '256Gi', pods: '110' };
    await this.core.createNode({ body: { metadata: { name, labels }, status: { capacity, allocatable: capacity } } });
    this.#nodes.add(name);
  }
}

/** Without the client's own limits, which would pace the bench. */
function controllerFlags(kubeconfig: string, folder: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${CONTROLLERS.join(',')}`,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    '--secure-port=0',
    `--cert-dir=${join(folder, 'controllers')}`,
    '--kube-api-qps=2000',
    '--kube-api-burst=2000',
  ];
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ApiException && error.code === 404)) throw error;
}
