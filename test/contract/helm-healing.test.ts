import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CoreV1Api, CustomObjectsApi, EventsV1Api } from '@kubernetes/client-node';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../healer/src/clock.ts';
import { readConfig } from '../../healer/src/config/config.ts';
import { Healer } from '../../healer/src/healer.ts';
import { KubeClient } from '../../healer/src/kube/client.ts';
import { ANNOTATIONS, API_VERSION, HEALER, type HealerRecord, RESOURCES } from '../../healer/src/names.ts';
import { HelmCommand } from '../../healer/src/releases/helm-command.ts';
import type { ReleaseRevision } from '../../healer/src/releases/secrets/release.ts';
import { decodeRelease } from '../../healer/src/releases/secrets/release-secret.ts';
import { createMetrics } from '../../healer/src/telemetry/metrics.ts';
import { otlpTraces } from '../../healer/src/telemetry/otlp.ts';
import { attributesOf, type ReceivedSpan, TraceReceiver } from '../../healer/test/fakes/trace-receiver.ts';
import { ApiServer, findPrograms } from '../real-cluster/api-server.ts';
import { findHelm } from '../real-cluster/find-helm.ts';
import { PretendKubelet } from '../real-cluster/pretend-kubelet.ts';
import { releasePolicy, writeSmallChart } from '../real-cluster/small-chart.ts';

const run = promisify(execFile);
const programs = findPrograms();
const helm = findHelm();
const missing = typeof programs === 'string' ? programs : helm === undefined ? 'no helm was found or built' : undefined;
if (missing !== undefined) process.stderr.write(`skipped: healing of Helm releases: ${missing}\n`);

const NAMESPACE = 'shop';
const [GROUP = '', VERSION = ''] = API_VERSION.split('/');
const PATIENCE = { verifyWithin: '20s', pendingStaleAfter: '4s', readyWithin: '4s', stalledAfter: '20s' };
const POLICIES = { group: GROUP, version: VERSION, plural: RESOURCES.ClusterHealingPolicy };

/** In which order the records of one millisecond were written; the list of Events has an order of its own. */
const COURSE: readonly HealerRecord['stage'][] = ['detected', 'refused', 'acted', 'failed', 'gave-up', 'resolved'];

describe.skipIf(missing !== undefined)('the healer, the real helm and a real API server', () => {
  let server: ApiServer;
  let api: KubeClient;
  let own: KubeClient;
  let folder: string;
  let healer: Healer;
  let kubelet: PretendKubelet;
  let environment: NodeJS.ProcessEnv;
  let ownEnvironment: NodeJS.ProcessEnv;
  const metrics = createMetrics();
  const receiver = new TraceReceiver();

  beforeAll(async () => {
    if (typeof programs === 'string') throw new Error(programs);
    await receiver.start();
    server = await ApiServer.start(programs);
    await server.startControllers(['deployment-controller', 'replicaset-controller', 'garbage-collector-controller']);
    api = new KubeClient(server.kubeConfig());
    own = new KubeClient(server.kubeConfig('healer-token'));
    folder = await mkdtemp(join(tmpdir(), 'healproof-helm-healing-'));
    ownEnvironment = { ...process.env, KUBECONFIG: await server.kubeConfigFile('own', 'healer-token'), HOME: folder };
    environment = { ...process.env, KUBECONFIG: await server.kubeConfigFile('helm', 'admin-token'), HOME: folder };
    await writeSmallChart(join(folder, 'chart'));
    const core = server.kubeConfig().makeApiClient(CoreV1Api);
    for (const name of [NAMESPACE, 'elsewhere', HEALER.namespace])
      await core.createNamespace({ body: { metadata: { name } } });
    // With the rights of its own chart and no others.
    const place = ['--namespace', HEALER.namespace, '--set-json', `namespaces=["${NAMESPACE}"]`];
    await run(helm ?? '', ['install', 'healer', join(import.meta.dirname, '..', '..', 'healer', 'chart'), ...place], {
      env: environment,
    });
    await server
      .kubeConfig()
      .makeApiClient(CustomObjectsApi)
      .createClusterCustomObject({ ...POLICIES, body: releasePolicy(NAMESPACE, PATIENCE) });
    kubelet = new PretendKubelet(server.kubeConfig());
    healer = startHealer();
  }, 90_000);

  afterAll(async () => {
    await healer?.stop();
    receiver.stop();
    kubelet?.stop();
    await server?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  function startHealer(): Healer {
    const config = readConfig({
      PROMETHEUS_URL: 'http://unused.invalid',
      HEALER_NAMESPACES: NAMESPACE,
      HEALER_GOOD_AFTER: '2s',
      POD_NAME: 'healer-0',
    });
    const command = new HelmCommand({
      program: helm ?? '',
      timeoutMs: 30_000,
      home: folder,
      environment: ownEnvironment,
    });
    const log = pino({ level: 'silent' });
    const started = new Healer({
      config,
      api: own,
      metrics,
      log,
      clock: systemClock,
      helm: command,
      traces: otlpTraces('healer-0'),
      query: async () => [],
    });
    started.start();
    return started;
  }

  const upgrade = (release: string, ...more: string[]) =>
    run(helm ?? '', ['upgrade', '--install', release, join(folder, 'chart'), '--namespace', NAMESPACE, ...more], {
      env: environment,
    });

  /** Revision, status and whether a rollback made it, newest first. */
  async function history(release: string): Promise<string[]> {
    const decoded = (await api.readRelease(NAMESPACE, release)).map(decodeRelease);
    const revisions = decoded.flatMap((each) => (each.ok ? [each.revision] : []));
    const line = ({ revision, status, rollback }: ReleaseRevision): string =>
      `${revision} ${status}${rollback ? '*' : ''}`;
    return revisions.sort((a, b) => b.revision - a.revision).map(line);
  }

  async function records(release: string): Promise<HealerRecord[]> {
    const events = await server.kubeConfig().makeApiClient(EventsV1Api).listNamespacedEvent({ namespace: NAMESPACE });
    const all = events.items.map(({ metadata }) => metadata?.annotations?.[ANNOTATIONS.record]);
    return all
      .flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as HealerRecord]))
      .filter(({ target }) => target.name === release)
      .sort((a, b) => a.recordedAtMs - b.recordedAtMs || COURSE.indexOf(a.stage) - COURSE.indexOf(b.stage));
  }

  const stages = async (release: string) => (await records(release)).map(({ stage, refusal }) => refusal ?? stage);

  const spans = (release: string): ReceivedSpan[] =>
    receiver.spans.filter((span) => attributesOf(span)['healer.release.name'] === release);

  async function isRolledOut(release: string, image: string): Promise<boolean> {
    const found = await kubelet.apps.readNamespacedDeployment({ namespace: NAMESPACE, name: release });
    const { replicas, updatedReplicas, availableReplicas } = found.status ?? {};
    const whole = replicas === 2 && updatedReplicas === 2 && availableReplicas === 2;
    return whole && found.spec?.template.spec?.containers[0]?.image === image;
  }

  async function installed(release: string): Promise<void> {
    await upgrade(release);
    await expect.poll(() => isRolledOut(release, 'good'), { timeout: 20_000 }).toBe(true);
    const book = async () => {
      const core = server.kubeConfig().makeApiClient(CoreV1Api);
      return (
        (await core.readNamespacedConfigMap({ namespace: HEALER.namespace, name: HEALER.lastKnownGood })).data ?? {}
      );
    };
    await expect.poll(book, { timeout: 20_000 }).toHaveProperty([`Release.${NAMESPACE}.${release}`]);
  }

  it('rolls a bad upgrade back once its deadline has passed, and says so', async () => {
    await installed('bad');
    await upgrade('bad', '--set', 'image=broken');
    const deadlineMs = Date.now() + 4_000;
    await expect.poll(() => isRolledOut('bad', 'good'), { timeout: 30_000 }).toBe(true);
    await expect.poll(() => history('bad')).toEqual(['3 deployed*', '2 superseded', '1 superseded']);
    await expect.poll(() => stages('bad'), { timeout: 10_000 }).toEqual(['detected', 'acted', 'resolved']);
    const acted = (await records('bad')).find(({ stage }) => stage === 'acted');
    expect(acted).toMatchObject({
      action: 'RollbackRelease',
      condition: 'ReleaseUnready',
      target: { kind: 'HelmRelease' },
    });
    // Times of the API server are whole seconds.
    expect(acted?.actedAtMs).toBeGreaterThan(deadlineMs - 1_500);
    const traced = () => spans('bad').map(({ name }) => name);
    await expect.poll(traced, { timeout: 10_000 }).toEqual(['healer detected', 'healer acted', 'healer resolved']);
    expect(new Set(spans('bad').map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(spans('bad').map((span) => attributesOf(span)['healer.incident']))).toEqual(
      new Set([acted?.incident]),
    );
    // The span of the action holds the whole run of helm.
    const [, rollback] = spans('bad');
    expect(rollback?.startTimeUnixNano).toBe(`${acted?.decidedAtMs}000000`);
    expect(Number(rollback?.endTimeUnixNano)).toBeGreaterThanOrEqual((acted?.actedAtMs ?? Infinity) * 1e6);
  }, 60_000);

  it('leaves a slow but good upgrade alone', async () => {
    await installed('slow');
    kubelet.slowMs = 6_000;
    await upgrade('slow', '--set', 'image=slow');
    await expect.poll(() => isRolledOut('slow', 'slow'), { timeout: 40_000 }).toBe(true);
    expect(await history('slow')).toEqual(['2 deployed', '1 superseded']);
    expect(await stages('slow')).toEqual([]);
  }, 80_000);

  it('unlocks an upgrade that was killed half-way', async () => {
    await installed('locked');
    const args = [
      'upgrade',
      'locked',
      join(folder, 'chart'),
      '--namespace',
      NAMESPACE,
      '--set',
      'image=good2,hook=true',
    ];
    const child = execFile(helm ?? '', args, { env: environment });
    await expect.poll(() => history('locked'), { timeout: 15_000 }).toEqual(['2 pending-upgrade', '1 deployed']);
    child.kill('SIGKILL');
    await expect
      .poll(() => history('locked'), { timeout: 20_000 })
      .toEqual(['3 deployed*', '2 pending-upgrade', '1 superseded']);
    await upgrade('locked', '--set', 'image=good3');
    await expect.poll(() => isRolledOut('locked', 'good3'), { timeout: 20_000 }).toBe(true);
    expect(await stages('locked')).toEqual(['detected', 'acted', 'resolved']);
  }, 80_000);

  it('says that there is nothing to roll back to, and does nothing', async () => {
    await upgrade('first', '--set', 'image=broken');
    await expect
      .poll(async () => (await stages('first')).toSorted(), { timeout: 20_000 })
      .toEqual(['NothingToRollBackTo', 'detected']);
    expect(await history('first')).toEqual(['1 deployed']);
  }, 40_000);

  it('is let into no other namespace by its chart', async () => {
    const at = { kind: 'Deployment', namespace: 'elsewhere', name: 'a' } as const;
    await expect(own.readRelease('elsewhere', 'a')).rejects.toMatchObject({ status: 403 });
    await expect(own.patchWorkload(at, {})).rejects.toMatchObject({ status: 403 });
    await expect(own.evictPod({ namespace: 'elsewhere', name: 'a', uid: 'a' })).rejects.toMatchObject({ status: 403 });
    await expect(own.readRelease(NAMESPACE, 'a')).resolves.toEqual([]);
  });

  it('counts a corrupt Secret and goes on', async () => {
    const core = server.kubeConfig().makeApiClient(CoreV1Api);
    const metadata = { name: 'sh.helm.release.v1.corrupt.v1', labels: { owner: 'helm', name: 'corrupt' } };
    const body = {
      metadata,
      type: 'helm.sh/release.v1',
      data: { release: Buffer.from('nonsense').toString('base64') },
    };
    await core.createNamespacedSecret({ namespace: NAMESPACE, body });
    await expect.poll(async () => (await metrics.unreadableReleases.get()).values[0]?.value).toBe(1);
    await installed('after');
    await upgrade('after', '--set', 'image=broken');
    await expect.poll(() => isRolledOut('after', 'good'), { timeout: 30_000 }).toBe(true);
  }, 80_000);

  it('remembers after a restart what worked, and rolls back to it', async () => {
    await installed('again');
    await healer.stop();
    await upgrade('again', '--set', 'image=broken');
    healer = startHealer();
    await expect.poll(() => isRolledOut('again', 'good'), { timeout: 30_000 }).toBe(true);
    await expect.poll(() => history('again')).toEqual(['3 deployed*', '2 superseded', '1 superseded']);
  }, 80_000);
});
