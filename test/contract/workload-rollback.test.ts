import { AppsV1Api, CoreV1Api, type V1PodTemplateSpec } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../healer/src/clock.ts';
import { type PodView, viewPod } from '../../healer/src/cluster/pod.ts';
import type { RemedyRequest, RemedyResult } from '../../healer/src/incidents/remedy.ts';
import { KubeClient, type WorkloadObject } from '../../healer/src/kube/client.ts';
import { ANNOTATIONS } from '../../healer/src/names.ts';
import { readTrace } from '../../healer/src/pods/remedies/decide-workload.ts';
import { RollbackWorkload } from '../../healer/src/pods/remedies/rollback-workload.ts';
import { ApiServer, findPrograms } from '../real-cluster/api-server.ts';
import { PretendKubelet } from '../real-cluster/pretend-kubelet.ts';

const programs = findPrograms();
const missing = typeof programs === 'string' ? programs : undefined;
if (missing !== undefined) process.stderr.write(`skipped: rollback of workloads: ${missing}\n`);

const namespace = 'default';
type Kind = 'Deployment' | 'StatefulSet';

describe.skipIf(missing !== undefined)('workloads rolled back on a real API server with its own controllers', () => {
  let server: ApiServer;
  let api: KubeClient;
  let apps: AppsV1Api;
  let core: CoreV1Api;
  let kubelet: PretendKubelet;
  let pods: PodView[];

  beforeAll(async () => {
    if (typeof programs === 'string') throw new Error(programs);
    server = await ApiServer.start(programs);
    await server.startControllers(['deployment-controller', 'replicaset-controller', 'statefulset-controller']);
    api = new KubeClient(server.kubeConfig());
    apps = server.kubeConfig().makeApiClient(AppsV1Api);
    core = server.kubeConfig().makeApiClient(CoreV1Api);
    kubelet = new PretendKubelet(server.kubeConfig());
  }, 60_000);

  afterAll(async () => {
    kubelet?.stop();
    await server?.stop();
  });

  const template = (name: string, image: string): V1PodTemplateSpec => ({
    metadata: { labels: { app: name }, annotations: { made: 'by hand' } },
    spec: { containers: [{ name: 'a', image, env: [{ name: 'IMAGE', value: image }] }] },
  });

  async function create(kind: Kind, name: string): Promise<void> {
    const selector = { matchLabels: { app: name } };
    const metadata = { name };
    const spec = { replicas: 2, selector, template: template(name, 'good') };
    if (kind === 'Deployment') await apps.createNamespacedDeployment({ namespace, body: { metadata, spec } });
    else
      await apps.createNamespacedStatefulSet({ namespace, body: { metadata, spec: { ...spec, serviceName: name } } });
    await expect.poll(() => isWhole(kind, name, 'good'), { timeout: 20_000 }).toBe(true);
  }

  async function read(kind: Kind, name: string): Promise<WorkloadObject> {
    const found = await api.readWorkload({ kind, namespace, name });
    if (found === undefined) throw new Error(`no ${kind} ${name}`);
    return found;
  }

  async function isWhole(kind: Kind, name: string, image: string): Promise<boolean> {
    const { metadata, spec, status } = (await read(kind, name)) as {
      metadata?: { generation?: number };
    } & WorkloadObject;
    const { observedGeneration, updatedReplicas, availableReplicas, replicas } = Object(status);
    const counts = [updatedReplicas, availableReplicas, replicas];
    const seen = observedGeneration === metadata?.generation && counts.every((count) => count === 2);
    return seen && spec?.template.spec?.containers[0]?.image === image;
  }

  async function change(kind: Kind, name: string, image: string): Promise<void> {
    await api.patchWorkload({ kind, namespace, name }, { spec: { template: template(name, image) } });
  }

  /** A crashing pod of the newest revision. */
  async function crashing(name: string, image: string): Promise<PodView> {
    const find = async (): Promise<PodView | undefined> => {
      const { items } = await core.listNamespacedPod({ namespace });
      pods = items.map((pod) => viewPod(pod, undefined, Date.now()));
      const sick = items.find(
        ({ metadata, spec, status }) =>
          metadata?.labels?.app === name &&
          spec?.containers[0]?.image === image &&
          status?.containerStatuses?.[0]?.state?.waiting !== undefined,
      );
      return sick === undefined ? undefined : viewPod(sick, undefined, Date.now());
    };
    await expect.poll(find, { timeout: 20_000 }).toBeDefined();
    const pod = await find();
    if (pod === undefined) throw new Error('the pod went away');
    return pod;
  }

  const remedy = (isKnownGood: (revision: string) => boolean = () => false): RollbackWorkload =>
    new RollbackWorkload({
      api,
      clock: systemClock,
      shards: { mayActOn: () => true, confirm: async () => true },
      cluster: { podsIn: () => pods },
      lastKnownGood: { isKnownGood: (_subject, revision) => isKnownGood(revision) },
      giveUpAfter: 3,
    });

  async function sick(kind: Kind, name: string, pod: PodView, incident = 'incident-1'): Promise<RemedyRequest> {
    const { metadata } = await read(kind, name);
    const workload = { kind, namespace, name, uid: metadata?.uid ?? '', generation: metadata?.generation ?? 0 };
    const target = { kind: 'Pod', namespace, name: pod.name, uid: pod.uid } as const;
    return { incident, policy: 'p', condition: 'CrashLoop', target, workload, reason: 'it crashes' };
  }

  /** A controller at work makes the remedy ask again, as the engine does. */
  async function applied(to: {
    name: string;
    pod: PodView;
    incident?: string;
    kind?: Kind;
    by?: RollbackWorkload;
  }): Promise<RemedyResult> {
    const { name, pod, incident = 'incident-1', kind = 'Deployment', by = remedy() } = to;
    let outcome = await by.apply(await sick(kind, name, pod, incident));
    for (let attempt = 1; attempt < 50 && outcome.kind === 'refused'; attempt += 1) {
      outcome = await by.apply(await sick(kind, name, pod, incident));
    }
    return outcome;
  }

  const reasonOf = (outcome: RemedyResult): string => ('reason' in outcome ? outcome.reason : '');

  it('brings a Deployment back to the ReplicaSet that still serves, without making a new one', async () => {
    await create('Deployment', 'back');
    await change('Deployment', 'back', 'broken');
    const outcome = await applied({ name: 'back', pod: await crashing('back', 'broken') });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    await expect.poll(() => isWhole('Deployment', 'back', 'good'), { timeout: 20_000 }).toBe(true);
    const { spec } = await read('Deployment', 'back');
    expect(spec?.template).toMatchObject(template('back', 'good'));
    expect(spec?.template.metadata?.labels).toEqual({ app: 'back' });
    const sets = await api.readReplicaSets(namespace, 'app=back');
    expect(sets).toHaveLength(2);
  }, 60_000);

  it('does nothing a second time for the same incident, and does not roll its own rollback back', async () => {
    await create('Deployment', 'twice');
    await change('Deployment', 'twice', 'broken');
    const pod = await crashing('twice', 'broken');
    const first = await applied({ name: 'twice', pod });
    const { metadata } = await read('Deployment', 'twice');
    const again = await remedy().apply(await sick('Deployment', 'twice', pod));
    expect(again).toMatchObject({ ...first });
    expect((await read('Deployment', 'twice')).metadata?.generation).toBe(metadata?.generation);
    await expect.poll(() => isWhole('Deployment', 'twice', 'good'), { timeout: 20_000 }).toBe(true);
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'app=twice' });
    const healthy = items.map((each) => viewPod(each, undefined, Date.now()));
    pods = healthy;
    const [other] = healthy;
    if (other === undefined) throw new Error('no pod');
    const third = await applied({ name: 'twice', pod: other, incident: 'incident-2' });
    expect(reasonOf(third)).toMatch(/itself a rollback/);
  }, 60_000);

  it('counts the rollbacks from the same content and leaves it to people in the end', async () => {
    await create('Deployment', 'quarrel');
    for (let round = 1; round <= 3; round += 1) {
      await change('Deployment', 'quarrel', 'broken');
      const pod = await crashing('quarrel', 'broken');
      const outcome = await applied({ name: 'quarrel', pod, incident: `incident-${round}` });
      expect(outcome.kind).toBe('accepted');
      await expect.poll(() => isWhole('Deployment', 'quarrel', 'good'), { timeout: 20_000 }).toBe(true);
      const { metadata } = await read('Deployment', 'quarrel');
      expect(readTrace(metadata?.annotations?.[ANNOTATIONS.rolledBack])?.times).toBe(round);
    }
    await change('Deployment', 'quarrel', 'broken');
    const last = await applied({ name: 'quarrel', pod: await crashing('quarrel', 'broken'), incident: 'incident-4' });
    expect(reasonOf(last)).toMatch(/rolled back 3 times/);
  }, 90_000);

  it('leaves a Deployment whose user was quicker alone', async () => {
    await create('Deployment', 'quick');
    await change('Deployment', 'quick', 'broken');
    const pod = await crashing('quick', 'broken');
    const before = await sick('Deployment', 'quick', pod);
    await change('Deployment', 'quick', 'good2');
    expect(await remedy().apply(before)).toMatchObject({ kind: 'refused', refusal: 'StaleWatch' });
    await expect.poll(() => isWhole('Deployment', 'quick', 'good2'), { timeout: 20_000 }).toBe(true);
  }, 60_000);

  it('loses a race against its user with a conflict, not with harm', async () => {
    await create('Deployment', 'race');
    await change('Deployment', 'race', 'broken');
    const pod = await crashing('race', 'broken');
    let raced = 0;
    const racing = new RollbackWorkload({
      api,
      clock: systemClock,
      shards: {
        mayActOn: () => true,
        confirm: async () => {
          raced += 1;
          await change('Deployment', 'race', 'good3');
          return true;
        },
      },
      cluster: { podsIn: () => pods },
      lastKnownGood: { isKnownGood: () => false },
      giveUpAfter: 3,
    });
    let outcome: RemedyResult | undefined;
    // Until its controller has seen the newest spec the remedy does not even get as far as the race.
    while (raced === 0) outcome = await racing.apply(await sick('Deployment', 'race', pod));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: 'StaleWatch' });
    await expect.poll(() => isWhole('Deployment', 'race', 'good3'), { timeout: 20_000 }).toBe(true);
  }, 60_000);

  it('leaves a workload of Helm and of GitOps to them', async () => {
    await create('Deployment', 'owned');
    await change('Deployment', 'owned', 'broken');
    const pod = await crashing('owned', 'broken');
    const at = { kind: 'Deployment', namespace, name: 'owned' } as const;
    await api.patchWorkload(at, { metadata: { annotations: { 'meta.helm.sh/release-name': 'r' } } });
    expect(reasonOf(await applied({ name: 'owned', pod }))).toMatch(/Helm release default\/r owns/);
    const marks = { 'meta.helm.sh/release-name': null, 'argocd.argoproj.io/tracking-id': 'x' };
    await api.patchWorkload(at, { metadata: { annotations: marks } });
    expect(reasonOf(await applied({ name: 'owned', pod }))).toMatch(/Argo CD keeps/);
  }, 60_000);

  it('does not blame a rollout for pods of an older revision, nor one that was complete before', async () => {
    await create('Deployment', 'old');
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'app=old' });
    const [older] = items.map((pod) => viewPod(pod, undefined, Date.now()));
    await change('Deployment', 'old', 'broken');
    const pod = await crashing('old', 'broken');
    if (older === undefined) throw new Error('no pod');
    expect(reasonOf(await applied({ name: 'old', pod: older }))).toMatch(/not of the newest revision/);
    const all = remedy(() => true);
    expect(reasonOf(await applied({ name: 'old', pod, by: all }))).toMatch(/rollout is not the cause/);
  }, 60_000);

  it('brings a StatefulSet back and clears the pod that blocks it', async () => {
    await create('StatefulSet', 'data');
    await change('StatefulSet', 'data', 'broken');
    const outcome = await applied({ name: 'data', pod: await crashing('data', 'broken'), kind: 'StatefulSet' });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    await expect.poll(() => isWhole('StatefulSet', 'data', 'good'), { timeout: 30_000 }).toBe(true);
    expect((await read('StatefulSet', 'data')).spec?.template).toMatchObject(template('data', 'good'));
  }, 60_000);
});
