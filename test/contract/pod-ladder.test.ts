import {
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  EventsV1Api,
  PolicyV1Api,
  type V1Pod,
  type V1PodTemplateSpec,
} from '@kubernetes/client-node';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../healer/src/clock.ts';
import { readConfig } from '../../healer/src/config/config.ts';
import { Healer } from '../../healer/src/healer.ts';
import { KubeClient } from '../../healer/src/kube/client.ts';
import { ANNOTATIONS, HEALER, type HealerRecord } from '../../healer/src/names.ts';
import { createMetrics } from '../../healer/src/telemetry/metrics.ts';
import { ApiServer, findPrograms } from '../real-cluster/api-server.ts';
import { PretendKubelet } from '../real-cluster/pretend-kubelet.ts';
import { serveKinds } from '../real-cluster/serve-kinds.ts';

const programs = findPrograms();
const missing = typeof programs === 'string' ? programs : undefined;
if (missing !== undefined) process.stderr.write(`skipped: the pod ladder on workloads of every kind: ${missing}\n`);

const namespace = 'shop';
const CONTROLLERS = [
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'job-controller',
  'disruption-controller',
];
const POLICY = {
  selector: { matchLabels: { healed: 'yes' } },
  conditions: [{ type: 'NotReady', for: '500ms', startup: '10m', steps: [{ action: 'EvictPod', attempts: 3 }] }],
  limits: { minHealthy: 0, cooldown: '1ms', budget: { actions: 50, per: '10m' }, verifyWithin: '20s' },
};

describe.skipIf(missing !== undefined)('pods of workloads of every kind, with their real controllers', () => {
  let server: ApiServer;
  let apps: AppsV1Api;
  let core: CoreV1Api;
  let kubelet: PretendKubelet;
  let healer: Healer;

  beforeAll(async () => {
    if (typeof programs === 'string') throw new Error(programs);
    server = await ApiServer.start(programs);
    await server.startControllers(CONTROLLERS);
    const config = server.kubeConfig();
    apps = config.makeApiClient(AppsV1Api);
    core = config.makeApiClient(CoreV1Api);
    kubelet = new PretendKubelet(config);
    for (const name of [namespace, HEALER.namespace]) await core.createNamespace({ body: { metadata: { name } } });
    for (const name of ['worker-1', 'worker-2']) await createNode(name);
    await serveKinds(config);
    const at = { group: 'healproof.dev', version: 'v1alpha1', plural: 'healingpolicies', namespace };
    const body = {
      apiVersion: 'healproof.dev/v1alpha1',
      kind: 'HealingPolicy',
      metadata: { name: 'all' },
      spec: POLICY,
    };
    await config.makeApiClient(CustomObjectsApi).createNamespacedCustomObject({ ...at, body });
    healer = new Healer({
      config: readConfig({
        PROMETHEUS_URL: 'http://unused.invalid',
        HEALER_NAMESPACES: namespace,
        POD_NAME: 'healer-0',
      }),
      api: new KubeClient(config),
      metrics: createMetrics(),
      log: pino({ level: 'silent' }),
      clock: systemClock,
      query: async () => [],
    });
    healer.start();
  }, 90_000);

  afterAll(async () => {
    await healer?.stop();
    kubelet?.stop();
    await server?.stop();
  });

  const template = (app: string, image = 'good'): V1PodTemplateSpec => ({
    metadata: { labels: { app, healed: 'yes' } },
    spec: { containers: [{ name: 'a', image }] },
  });

  /** Ready from the first moment: nobody here takes the taint of new nodes away. */
  async function createNode(name: string): Promise<void> {
    await core.createNode({ body: { metadata: { name } } });
    await core.patchNode({ name, body: [{ op: 'remove', path: '/spec/taints' }] });
  }

  async function statefulSet(name: string, spec: object = {}): Promise<void> {
    const own = { replicas: 3, serviceName: name, selector: { matchLabels: { app: name } }, template: template(name) };
    await apps.createNamespacedStatefulSet({ namespace, body: { metadata: { name }, spec: { ...own, ...spec } } });
    await whole(name, 3);
  }

  async function podsOf(app: string): Promise<V1Pod[]> {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: `app=${app}` });
    return items.sort((a, b) => (a.metadata?.name ?? '').localeCompare(b.metadata?.name ?? ''));
  }

  async function pod(app: string, index: number): Promise<V1Pod> {
    const found = (await podsOf(app))[index];
    if (found === undefined) throw new Error(`${app} has no pod ${index}`);
    return found;
  }

  const isReady = ({ status }: V1Pod): boolean =>
    status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') === true;

  const whole = (app: string, count: number): Promise<void> =>
    expect.poll(async () => (await podsOf(app)).filter(isReady).length, { timeout: 30_000 }).toBe(count);

  /** It was Ready for a while, and is not any more. */
  async function makeSick(app: string, index: number): Promise<V1Pod> {
    const found = await pod(app, index);
    const startTime = new Date(Date.now() - 60_000);
    const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: new Date() }];
    const body = { ...found, status: { ...found.status, startTime, conditions } };
    const name = found.metadata?.name ?? '';
    return core.replaceNamespacedPodStatus({ name, namespace, body });
  }

  const uids = async (app: string) => (await podsOf(app)).map(({ metadata }) => metadata?.uid);

  async function records(app: string): Promise<HealerRecord[]> {
    const events = await server.kubeConfig().makeApiClient(EventsV1Api).listNamespacedEvent({ namespace });
    return events.items
      .map(({ metadata }) => metadata?.annotations?.[ANNOTATIONS.record])
      .flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as HealerRecord]))
      .filter(({ target }) => target.app === app)
      .sort((a, b) => a.recordedAtMs - b.recordedAtMs);
  }

  const told = async (app: string) => (await records(app)).map(({ stage, refusal }) => refusal ?? stage);

  const course = async (app: string) =>
    (await records(app))
      .filter(({ stage }) => stage === 'acted' || stage === 'resolved')
      .map(({ stage, target }) => `${stage} ${target.name}`);

  it('are replaced one ordinal at a time, the lowest first, in a StatefulSet', async () => {
    await statefulSet('data');
    await makeSick('data', 0);
    await makeSick('data', 2);
    await expect.poll(() => course('data'), { timeout: 50_000 }).toHaveLength(4);
    expect(await course('data')).toEqual(['acted data-0', 'resolved data-0', 'acted data-2', 'resolved data-2']);
    await whole('data', 3);
  }, 90_000);

  it('do not wait for each other for ever when a lower one gets sick while a higher one is away', async () => {
    await statefulSet('both');
    const sick = await makeSick('both', 2);
    await expect.poll(() => uids('both'), { timeout: 20_000, interval: 20 }).not.toContain(sick.metadata?.uid);
    await makeSick('both', 0);
    await expect.poll(() => course('both'), { timeout: 50_000 }).toHaveLength(4);
    await whole('both', 3);
  }, 90_000);

  it('wait for a lower ordinal: their controller would not make them again before', async () => {
    await statefulSet('order');
    const [first] = await podsOf('order');
    await core.patchNamespacedPod({
      namespace,
      name: 'order-0',
      body: [{ op: 'add', path: '/metadata/annotations', value: { [ANNOTATIONS.heal]: 'false' } }],
    });
    await makeSick('order', 0);
    const sick = await makeSick('order', 2);
    await expect.poll(() => told('order'), { timeout: 20_000 }).toContain('OneAtATime');
    expect(await uids('order')).toContain(sick.metadata?.uid);
    // The harm: what somebody deletes all the same stays away.
    await core.deleteNamespacedPod({ namespace, name: 'order-2', gracePeriodSeconds: 0 });
    await expect.poll(async () => (await podsOf('order')).length).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await podsOf('order')).map(({ metadata }) => metadata?.name)).toEqual(['order-0', 'order-1']);
    expect((await pod('order', 0)).metadata?.uid).toBe(first?.metadata?.uid);
  }, 60_000);

  it('are left alone while their user updates the set by hand, and only those of the older revision', async () => {
    await statefulSet('byhand', { updateStrategy: { type: 'OnDelete' } });
    await apps.patchNamespacedStatefulSet({
      namespace,
      name: 'byhand',
      body: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'good2' }],
    });
    await core.deleteNamespacedPod({ namespace, name: 'byhand-1', gracePeriodSeconds: 0 });
    await whole('byhand', 3);
    const older = await makeSick('byhand', 0);
    await expect.poll(() => told('byhand'), { timeout: 20_000 }).toContain('RolloutInProgress');
    expect(await uids('byhand')).toContain(older.metadata?.uid);
  }, 60_000);

  it('come back at their own revision below the partition of a set', async () => {
    await statefulSet('canary', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    await apps.patchNamespacedStatefulSet({
      namespace,
      name: 'canary',
      body: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'good2' }],
    });
    const images = async () => (await podsOf('canary')).map(({ spec }) => spec?.containers[0]?.image);
    await expect.poll(images, { timeout: 20_000 }).toEqual(['good', 'good', 'good2']);
    await whole('canary', 3);
    const sick = await makeSick('canary', 1);
    await expect.poll(() => told('canary'), { timeout: 30_000 }).toEqual(['detected', 'acted', 'resolved']);
    expect(await uids('canary')).not.toContain(sick.metadata?.uid);
    expect(await images()).toEqual(['good', 'good', 'good2']);
  }, 60_000);

  it('of a StatefulSet keep to its disruption budget', async () => {
    const spec = { minAvailable: 3, selector: { matchLabels: { app: 'guarded' } } };
    const body = { metadata: { name: 'guarded' }, spec };
    await server.kubeConfig().makeApiClient(PolicyV1Api).createNamespacedPodDisruptionBudget({ namespace, body });
    await statefulSet('guarded');
    const sick = await makeSick('guarded', 1);
    await expect.poll(() => told('guarded'), { timeout: 20_000 }).toContain('DisruptionBudget');
    expect(await uids('guarded')).toContain(sick.metadata?.uid);
  }, 60_000);

  it('are made again on the same node by their DaemonSet', async () => {
    const spec = { selector: { matchLabels: { app: 'agent' } }, template: template('agent') };
    await apps.createNamespacedDaemonSet({ namespace, body: { metadata: { name: 'agent' }, spec } });
    await whole('agent', 2);
    const sick = await makeSick('agent', 0);
    await expect.poll(() => told('agent'), { timeout: 30_000 }).toEqual(['detected', 'acted', 'resolved']);
    await whole('agent', 2);
    expect(await uids('agent')).not.toContain(sick.metadata?.uid);
    const nodes = (await podsOf('agent')).map(nodeOf).sort();
    expect(nodes).toEqual(['worker-1', 'worker-2']);
  }, 60_000);

  it('are replaced by a ReplicaSet of nobody', async () => {
    const spec = { replicas: 2, selector: { matchLabels: { app: 'bare' } }, template: template('bare') };
    await apps.createNamespacedReplicaSet({ namespace, body: { metadata: { name: 'bare' }, spec } });
    await whole('bare', 2);
    const sick = await makeSick('bare', 0);
    await expect.poll(() => told('bare'), { timeout: 30_000 }).toEqual(['detected', 'acted', 'resolved']);
    await whole('bare', 2);
    expect(await uids('bare')).not.toContain(sick.metadata?.uid);
  }, 60_000);

  it('are the own business of a Job', async () => {
    const own = template('once');
    const spec = { template: { ...own, spec: { containers: [], ...own.spec, restartPolicy: 'Never' } } };
    const jobs = server.kubeConfig().makeApiClient(BatchV1Api);
    await jobs.createNamespacedJob({ namespace, body: { metadata: { name: 'once' }, spec } });
    await whole('once', 1);
    const sick = await makeSick('once', 0);
    await expect.poll(() => told('once'), { timeout: 20_000 }).toContain('NotReplaceable');
    expect(await uids('once')).toEqual([sick.metadata?.uid]);
  }, 60_000);
});

/** No scheduler binds pods here; a DaemonSet's pod says itself where it belongs. */
function nodeOf({ spec }: V1Pod): string | undefined {
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return spec?.nodeName ?? terms[0]?.matchFields?.[0]?.values?.[0];
}
