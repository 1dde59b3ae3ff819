import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CoreV1Api, CustomObjectsApi } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KubeClient } from '../../healer/src/kube/client.ts';
import { API_VERSION, HEALER, RESOURCES } from '../../healer/src/names.ts';
import { decodeRelease } from '../../healer/src/releases/secrets/release-secret.ts';
import { ApiServer, findPrograms } from '../real-cluster/api-server.ts';
import { findHelm } from '../real-cluster/find-helm.ts';
import { HealerProcess } from '../real-cluster/healer-process.ts';
import { PretendKubelet } from '../real-cluster/pretend-kubelet.ts';
import { SlowHelm } from '../real-cluster/slow-helm.ts';
import { releasePolicy, writeSmallChart } from '../real-cluster/small-chart.ts';

const run = promisify(execFile);
const programs = findPrograms();
const helm = findHelm() ?? '';
const missing = typeof programs === 'string' ? programs : helm === '' ? 'no helm was found or built' : undefined;
if (missing !== undefined) process.stderr.write(`skipped: the end of a healer whose helm runs: ${missing}\n`);

const CHART = join(import.meta.dirname, '..', '..', 'healer', 'chart');
const NAMESPACE = 'shop';
const [GROUP = '', VERSION = ''] = API_VERSION.split('/');
const PATIENCE = { verifyWithin: '20s', pendingStaleAfter: '10s', readyWithin: '10m', stalledAfter: '10m' };
const SETTINGS = {
  HEALER_NAMESPACES: NAMESPACE,
  HEALER_HELM_TIMEOUT: '30s',
  HEALER_LEASE_DURATION: '4s',
  HEALER_LEASE_RENEW_DEADLINE: '1900ms',
  HEALER_LEASE_RETRY_PERIOD: '300ms',
};
const HELM_DELAY_SECONDS = 3;

describe.skipIf(missing !== undefined)('a healer that ends while its helm rolls a release back', () => {
  let server: ApiServer;
  let api: KubeClient;
  let folder: string;
  let kubelet: PretendKubelet;
  let environment: NodeJS.ProcessEnv;
  let replicas: { readonly healer: HealerProcess; readonly helm: SlowHelm }[];
  let episode = 0;

  beforeAll(async () => {
    if (typeof programs === 'string') throw new Error(programs);
    server = await ApiServer.start(programs);
    await server.startControllers(['deployment-controller', 'replicaset-controller']);
    api = new KubeClient(server.kubeConfig());
    folder = mkdtempSync(join(tmpdir(), 'healproof-stop-'));
    environment = { ...process.env, KUBECONFIG: await server.kubeConfigFile('helm', 'admin-token'), HOME: folder };
    await writeSmallChart(join(folder, 'chart'));
    const core = server.kubeConfig().makeApiClient(CoreV1Api);
    for (const name of [NAMESPACE, HEALER.namespace]) await core.createNamespace({ body: { metadata: { name } } });
    const place = ['--namespace', HEALER.namespace, '--set-json', `namespaces=["${NAMESPACE}"]`];
    await run(helm, ['install', 'healer', CHART, ...place], { env: environment });
    const custom = server.kubeConfig().makeApiClient(CustomObjectsApi);
    const policies = { group: GROUP, version: VERSION, plural: RESOURCES.ClusterHealingPolicy };
    await custom.createClusterCustomObject({ ...policies, body: releasePolicy(NAMESPACE, PATIENCE) });
    kubelet = new PretendKubelet(server.kubeConfig());
  }, 90_000);

  afterAll(async () => {
    kubelet?.stop();
    await server?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    episode += 1;
    replicas = await Promise.all([startReplica('a'), startReplica('b')]);
    const ready = async () => Promise.all(replicas.map(async ({ healer }) => (await healer.get('/readyz'))?.status));
    await expect.poll(ready, { timeout: 30_000 }).toEqual([200, 200]);
  }, 60_000);
  afterEach(async () => {
    for (const { healer } of replicas) await healer.kill();
  });

  async function startReplica(name: string): Promise<(typeof replicas)[number]> {
    const slow = new SlowHelm(join(folder, `helm-${episode}-${name}`), helm, HELM_DELAY_SECONDS);
    const healer = new HealerProcess({
      ...SETTINGS,
      KUBECONFIG: await server.kubeConfigFile(`healer-${name}`, 'healer-token'),
      POD_NAME: `healer-${name}`,
      HEALER_HELM: slow.program,
      HEALER_HELM_HOME: folder,
    });
    return { healer, helm: slow };
  }

  /** An upgrade has failed, and one of the replicas has begun to roll it back. */
  async function rollbackBegun(release: string): Promise<{ actor: (typeof replicas)[number] }> {
    const upgrade = ['upgrade', '--install', release, join(folder, 'chart'), '--namespace', NAMESPACE];
    await run(helm, upgrade, { env: environment });
    const failing = [...upgrade, '--set', 'image=broken', '--wait', '--timeout', '1s'];
    await expect(run(helm, failing, { env: environment })).rejects.toThrow();
    const actor = () => replicas.find(({ helm: each }) => each.course.length > 0);
    await expect.poll(actor, { timeout: 30_000, interval: 50 }).toBeDefined();
    return { actor: actor() ?? raise('nobody acted') };
  }

  /** Revision and status, newest first; `*` where a rollback made it. */
  async function history(release: string): Promise<string[]> {
    const decoded = (await api.readRelease(NAMESPACE, release)).map(decodeRelease);
    return decoded
      .flatMap((each) => (each.ok ? [each.revision] : []))
      .sort((a, b) => b.revision - a.revision)
      .map(({ revision, status, rollback }) => `${revision} ${status}${rollback ? '*' : ''}`);
  }

  /** Every shard is acted on by the one that is left: whatever was open is its own now. */
  async function survivorHasAll(survivor: HealerProcess): Promise<void> {
    const held = async () => (await survivor.get('/metrics'))?.text.match(/^healer_shard_held\{/gm)?.length;
    await expect.poll(held, { timeout: 30_000 }).toBe(8);
  }

  const courses = (): string[][] => replicas.map(({ helm: each }) => each.course).sort();
  const ONCE = ['3 deployed*', '2 failed', '1 superseded'];

  it('in order waits for helm before it goes, and nobody does the same again', async () => {
    const { actor } = await rollbackBegun('ordered');
    actor.healer.terminate();
    await expect.poll(async () => (await actor.healer.get('/readyz'))?.status, { interval: 20 }).toBe(503);
    expect(actor.healer.alive).toBe(true);
    expect((await actor.healer.get('/healthz'))?.status).toBe(200);
    expect(await actor.healer.exit()).toBe(0);
    expect(actor.helm.course).toEqual(['called', 'ended 0']);
    expect(await history('ordered')).toEqual(ONCE);
    await survivorHasAll(other(actor).healer);
    expect(courses()).toEqual([[], ['called', 'ended 0']]);
    expect(await history('ordered')).toEqual(ONCE);
  }, 90_000);

  it('by force leaves a helm that goes on, and nobody does the same again', async () => {
    const { actor } = await rollbackBegun('orphaned');
    actor.healer.terminate('SIGKILL');
    await expect.poll(() => actor.helm.course, { timeout: 30_000 }).toEqual(['called', 'ended 0']);
    await survivorHasAll(other(actor).healer);
    expect(await history('orphaned')).toEqual(ONCE);
    expect(courses()).toEqual([[], ['called', 'ended 0']]);
  }, 90_000);

  it('together with a helm that had not begun is followed by another, which does it', async () => {
    const { actor } = await rollbackBegun('killed');
    actor.healer.signal('SIGKILL');
    await survivorHasAll(other(actor).healer);
    await expect.poll(() => history('killed'), { timeout: 30_000 }).toEqual(ONCE);
    expect(courses().map((course) => course[0])).toEqual(['called', 'called']);
  }, 90_000);

  function other(actor: (typeof replicas)[number]): (typeof replicas)[number] {
    return replicas.find((each) => each !== actor) ?? raise('there is no other replica');
  }
});

function raise(message: string): never {
  throw new Error(message);
}
