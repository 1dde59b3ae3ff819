import { execFile } from 'node:child_process';
import {
  AppsV1Api,
  CoreV1Api,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  RbacAuthorizationV1Api,
  setHeaderOptions,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEALER } from '../../healer/src/names.ts';
import { ApiServer, findPrograms } from '../real-cluster/api-server.ts';
import { findHelm } from '../real-cluster/find-helm.ts';
import { Replicas } from '../real-cluster/healer-replicas.ts';
import { type HookEnd, HookRunner } from '../real-cluster/hook-runner.ts';
import { HEALER_CHART } from '../real-cluster/render-chart.ts';

const programs = findPrograms();
const helm = findHelm() ?? '';
const missing = typeof programs === 'string' ? programs : helm === '' ? 'no helm was found or built' : undefined;
if (missing !== undefined) process.stderr.write(`skipped: the life of the healer’s chart: ${missing}\n`);

const NAMESPACE = 'shop';
const CONTROLLERS = ['deployment-controller', 'replicaset-controller', 'garbage-collector-controller'];
const VALUES = ['--set', `namespaces={${NAMESPACE}}`, '--set', 'helm.enabled=false'];
const SOON = { timeout: 60_000, interval: 100 };
const NOBODY = 'http://127.0.0.1:9';

/** One story, told in order, against a real API server: the pods of the chart run as processes of this machine. */
describe.skipIf(missing !== undefined)('the healer’s chart from its installation to its end', () => {
  let server: ApiServer;
  let replicas: Replicas;
  let hooks: HookRunner;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    if (typeof programs === 'string') throw new Error(programs);
    server = await ApiServer.start(programs);
    await server.startControllers(CONTROLLERS);
    const core = server.kubeConfig().makeApiClient(CoreV1Api);
    for (const name of [NAMESPACE, HEALER.namespace]) await core.createNamespace({ body: { metadata: { name } } });
    environment = { ...process.env, KUBECONFIG: await server.kubeConfigFile('helm', 'admin-token') };
    replicas = await Replicas.open(server, HEALER.namespace, server.url);
    hooks = new HookRunner(server, HEALER.namespace);
  }, 90_000);
  afterAll(async () => {
    await replicas?.stop();
    await server?.stop();
  });

  function run(...args: readonly string[]): Promise<HookEnd> {
    return new Promise((resolve) => {
      execFile(helm, [...args, '--namespace', HEALER.namespace], { env: environment }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), output: stdout + stderr });
      });
    });
  }

  /** What helm said in the end, and the pod. */
  async function helmTest(): Promise<{ readonly exitCode: number; readonly said: string }> {
    await hooks.forget('healer-test');
    const running = run('test', HEALER.name, '--timeout', '60s');
    const [replica] = replicas.ready();
    const HEALER_URL = replica === undefined ? NOBODY : `http://127.0.0.1:${replica.port}`;
    const { output } = await hooks.runPod('healer-test', { HEALER_URL });
    return { exitCode: (await running).exitCode, said: output };
  }

  const objects = async (apiVersion: string, kind: string): Promise<string[]> => {
    const api = KubernetesObjectApi.makeApiClient(server.kubeConfig());
    const { items } = await api.list<KubernetesObject>(apiVersion, kind);
    return items
      .map(({ metadata }) => `${kind} ${metadata?.name}`)
      .filter((name) => / (healer|healproof)|healproof\.dev$/.test(name));
  };

  it('is installed, and its replicas share the work', async () => {
    expect((await run('install', HEALER.name, HEALER_CHART, ...VALUES)).output).toContain('STATUS: deployed');
    await expect.poll(() => replicas.shares(), SOON).toEqual([4, 4]);
  }, 90_000);

  it('passes helm test, which says what it asked about', async () => {
    expect(await helmTest()).toEqual({ exitCode: 0, said: 'ready, with metrics and 8 rights\n' });
  }, 90_000);

  it('fails helm test when a right is taken away, which names it; an upgrade gives it back', async () => {
    const rbac = server.kubeConfig().makeApiClient(RbacAuthorizationV1Api);
    await rbac.deleteNamespacedRoleBinding({ name: 'healer-act', namespace: NAMESPACE });
    const { exitCode, said } = await helmTest();
    expect([exitCode, said.trim().split('\n').sort()]).toEqual([
      1,
      [
        `the healer may not create pods/eviction in namespace ${NAMESPACE}`,
        `the healer may not create remediations.healproof.dev in namespace ${NAMESPACE}`,
      ],
    ]);
    expect((await run('upgrade', HEALER.name, HEALER_CHART, ...VALUES)).exitCode).toBe(0);
    expect((await helmTest()).exitCode).toBe(0);
  }, 120_000);

  it('fails helm test when there is no replica', async () => {
    const apps = server.kubeConfig().makeApiClient(AppsV1Api);
    const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    const at = { name: HEALER.name, namespace: HEALER.namespace };
    await apps.patchNamespacedDeploymentScale({ ...at, body: { spec: { replicas: 0 } } }, merge);
    await expect.poll(() => replicas.ready().length, SOON).toBe(0);
    const { exitCode, said } = await helmTest();
    expect([exitCode, said]).toEqual([1, expect.stringMatching(/fetch failed/)]);
  }, 90_000);

  it('leaves nothing but its custom resource definitions', async () => {
    expect(await objects('coordination.k8s.io/v1', 'Lease')).not.toEqual([]);
    expect(await objects('v1', 'Pod')).toEqual(['Pod healer-test']);
    const running = run('uninstall', HEALER.name, '--timeout', '60s');
    const { output } = await hooks.runJob('healer-cleanup');
    expect(output).toMatch(/^removed \d+ Leases\n$/);
    expect((await running).exitCode).toBe(0);
    const left = async (): Promise<string[]> =>
      (await Promise.all(KINDS.map(([apiVersion, kind]) => objects(apiVersion, kind)))).flat();
    await expect
      .poll(left, SOON)
      .toEqual([
        'CustomResourceDefinition clusterhealingpolicies.healproof.dev',
        'CustomResourceDefinition healingpolicies.healproof.dev',
        'CustomResourceDefinition remediations.healproof.dev',
      ]);
  }, 120_000);
});

const KINDS = [
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'ReplicaSet'],
  ['batch/v1', 'Job'],
  ['coordination.k8s.io/v1', 'Lease'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['v1', 'ConfigMap'],
  ['v1', 'Pod'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
] as const;
