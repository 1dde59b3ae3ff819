import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  EventsV1Api,
  KubeConfig,
  NetworkingV1Api,
  PatchStrategy,
  RbacAuthorizationV1Api,
  setHeaderOptions,
  type V1Pod,
} from '@kubernetes/client-node';
import { inject } from 'vitest';
import { ANNOTATIONS, type HealerRecord } from '../../healer/src/names.ts';
import { run } from '../../src/adapters/process/command.ts';
import { CommandError } from '../../src/errors.ts';

export const SHOP = 'shop';
export const HOME = 'healer-system';
export const IMAGE = 'docker.io/healproof/healer:0.1.0';
export const LABELS = { app: 'web' };
const POLICIES = { group: 'healproof.dev', version: 'v1alpha1', namespace: SHOP, plural: 'healingpolicies' };
const HELM_MS = 180_000;
/** Serves its readiness, until somebody asks for /sick. */
const PROGRAM = `
let sick = false;
require('http').createServer((request, response) => {
  if (request.url.endsWith('/sick')) sick = true;
  const type = { 'content-type': 'application/json' };
  response.writeHead(sick && request.url === '/ready' ? 503 : 200, type).end('"asked"');
}).listen(8080);`;

const isLeft = ({ metadata }: V1Pod): boolean => metadata?.deletionTimestamp === undefined;

/** The one-node cluster, and what a user would do with the chart on it. */
export class PlainClusterDriver {
  readonly #cluster = inject('plainCluster');
  readonly #config = new KubeConfig();
  readonly core: CoreV1Api;
  readonly networking: NetworkingV1Api;
  readonly #apps: AppsV1Api;
  readonly #custom: CustomObjectsApi;
  readonly #rbac: RbacAuthorizationV1Api;
  readonly #events: EventsV1Api;

  /** What is there to enforce NetworkPolicies. */
  get enforcer(): string {
    return this.#cluster.enforcer;
  }

  constructor() {
    this.#config.loadFromFile(this.#cluster.kubeconfig);
    this.core = this.#config.makeApiClient(CoreV1Api);
    this.networking = this.#config.makeApiClient(NetworkingV1Api);
    this.#apps = this.#config.makeApiClient(AppsV1Api);
    this.#custom = this.#config.makeApiClient(CustomObjectsApi);
    this.#rbac = this.#config.makeApiClient(RbacAuthorizationV1Api);
    this.#events = this.#config.makeApiClient(EventsV1Api);
  }

  /** Exit code and all that helm printed. */
  async helm(...args: readonly string[]): Promise<{ readonly exitCode: number; readonly output: string }> {
    const env = { KUBECONFIG: this.#cluster.kubeconfig };
    try {
      const { stdout } = await run(this.#cluster.helm, [...args, '--namespace', HOME], { env, timeoutMs: HELM_MS });
      return { exitCode: 0, output: stdout };
    } catch (error) {
      if (error instanceof CommandError) return { exitCode: 1, output: `${error.message}\n${error.failure.output}` };
      throw error;
    }
  }

  /** The namespaces, and a workload to heal. */
  async open(): Promise<void> {
    for (const name of [SHOP, HOME]) await this.core.createNamespace({ body: { metadata: { name } } });
    await this.#deployWeb();
  }

  /** Takes everything away that the tests of one file made, so that the next one finds a plain cluster. */
  async clear(): Promise<void> {
    const { exitCode, output } = await this.helm('uninstall', 'healer', '--ignore-not-found', '--timeout', '100s');
    if (exitCode !== 0) throw new Error(output);
    await this.#onNode(`
      kubectl get crd -o name | grep healproof.dev | xargs -r kubectl delete --wait --timeout=60s
      kubectl delete namespace ${SHOP} ${HOME} --ignore-not-found --wait --timeout=100s`);
  }

  async #deployWeb(): Promise<void> {
    const probe = { periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 1 };
    const readinessProbe = { httpGet: { path: '/ready', port: 8080 }, ...probe };
    const main = { name: 'main', image: IMAGE, command: ['node', '-e', PROGRAM], readinessProbe };
    const template = { metadata: { labels: LABELS }, spec: { terminationGracePeriodSeconds: 1, containers: [main] } };
    const spec = { replicas: 3, selector: { matchLabels: LABELS }, template };
    await this.#apps.createNamespacedDeployment({ namespace: SHOP, body: { metadata: { name: 'web' }, spec } });
  }

  async webPods(): Promise<V1Pod[]> {
    const { items } = await this.core.listNamespacedPod({ namespace: SHOP, labelSelector: 'app=web' });
    return items.filter(isLeft);
  }

  /** UIDs of the pods that are Ready. */
  async readyWeb(): Promise<string[]> {
    const isReady = ({ status }: V1Pod): boolean =>
      status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') === true;
    return (await this.webPods()).filter(isReady).map(({ metadata }) => metadata?.uid ?? '');
  }

  /** It says that it is not ready from now on. */
  async makeSick({ metadata }: V1Pod): Promise<void> {
    const name = `${metadata?.name}:8080`;
    await this.core.connectGetNamespacedPodProxyWithPath({ name, namespace: SHOP, path: 'sick' });
  }

  async givePolicy(mode: 'advise' | 'auto'): Promise<void> {
    const spec = { selector: { matchLabels: LABELS }, mode, conditions: [{ type: 'NotReady', for: '3s' }] };
    const body = { apiVersion: 'healproof.dev/v1alpha1', kind: 'HealingPolicy', metadata: { name: 'web' }, spec };
    await this.#custom.createNamespacedCustomObject({ ...POLICIES, body });
  }

  async letItAct(): Promise<void> {
    const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    await this.#custom.patchNamespacedCustomObject(
      { ...POLICIES, name: 'web', body: { spec: { mode: 'auto' } } },
      merge,
    );
  }

  /** What the healer recorded about a pod, as `stage` or `stage refusal`. */
  async recordsAbout(uid: string): Promise<string[]> {
    const { items } = await this.#events.listNamespacedEvent({ namespace: SHOP });
    const records = items.flatMap(({ metadata }) => {
      const text = metadata?.annotations?.[ANNOTATIONS.record];
      return text === undefined ? [] : [JSON.parse(text) as HealerRecord];
    });
    const about = records.filter(({ target }) => target.uid === uid);
    return about.map(({ stage, refusal }) => (refusal === undefined ? stage : `${stage} ${refusal}`));
  }

  async scaleHealer(replicas: number): Promise<void> {
    const at = { name: 'healer', namespace: HOME };
    const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    await this.#apps.patchNamespacedDeploymentScale({ ...at, body: { spec: { replicas } } }, merge);
  }

  async healerPods(): Promise<V1Pod[]> {
    const labelSelector = 'app.kubernetes.io/name=healer';
    const { items } = await this.core.listNamespacedPod({ namespace: HOME, labelSelector });
    return items.filter(isLeft);
  }

  async readyHealers(): Promise<number> {
    const { status } = await this.#apps.readNamespacedDeployment({ name: 'healer', namespace: HOME });
    return status?.readyReplicas ?? 0;
  }

  async takeRightsAway(): Promise<void> {
    await this.#rbac.deleteNamespacedRoleBinding({ name: 'healer-act', namespace: SHOP });
  }

  /** What a program prints that is run in a container of a pod. */
  async inPod({ metadata }: V1Pod, ...command: readonly string[]): Promise<string> {
    const { docker, engine, node } = this.#cluster;
    const kubectl = ['exec', '-e', 'KUBECONFIG=/etc/kubernetes/admin.conf', node, 'kubectl'];
    const exec = ['exec', '--namespace', `${metadata?.namespace}`, `${metadata?.name}`, '--', ...command];
    return (await run(docker, [...kubectl, ...exec], { env: engine, timeoutMs: 60_000 })).stdout;
  }

  /** Every object of every kind, as `kind namespace/name`, but for Kubernetes' own namespaces and what comes and goes. */
  async inventory(): Promise<Set<string>> {
    const script = `
      kinds=$(kubectl api-resources --verbs=list -o name | grep -vE '^(events|componentstatuses|pods\\.metrics)' | paste -sd,)
      kubectl get "$kinds" -A --no-headers -o custom-columns=K:.kind,S:.metadata.namespace,N:.metadata.name`;
    const lines = (await this.#onNode(script)).trim().split('\n');
    const named = lines.map((line) => {
      const [kind = '', namespace = '', name = ''] = line.trim().split(/\s+/);
      return `${kind} ${namespace === '<none>' ? '' : `${namespace}/`}${name}`;
    });
    return new Set(named.filter((line) => !/ kube-|^(Pod|Namespace|ReplicaSet|Deployment) shop/.test(line)));
  }

  /** What there is and what happened last, for whoever has to find out why a test failed. */
  picture(): Promise<string> {
    return this.#onNode(`
      kubectl get pods -A -o wide
      kubectl get events -A --sort-by=.metadata.creationTimestamp | tail -n 30
      kubectl logs -n ${HOME} -l app.kubernetes.io/name=healer --tail=10 --prefix`);
  }

  async #onNode(script: string): Promise<string> {
    const { docker, engine, node } = this.#cluster;
    const kubectl = ['exec', '-e', 'KUBECONFIG=/etc/kubernetes/admin.conf', node, 'sh', '-euc', script];
    return (await run(docker, kubectl, { env: engine, timeoutMs: 120_000 })).stdout;
  }
}
