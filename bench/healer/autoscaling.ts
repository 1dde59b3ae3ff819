import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppsV1Api, CoreV1Api, type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { HEALER } from '../../healer/src/names.ts';
import { systemClock } from '../../src/adapters/system-clock/system-clock.ts';
import { waitUntil } from '../../src/runner/waiting/wait-until.ts';
import { ApiServer, findPrograms } from '../../test/real-cluster/api-server.ts';
import {
  FaultyProxy,
  isWrite,
  type PassedRequest,
  type Treatment,
  wasCarriedOut,
} from '../../test/real-cluster/faulty-proxy.ts';
import { findHelm } from '../../test/real-cluster/find-helm.ts';
import { Replicas } from '../../test/real-cluster/healer-replicas.ts';
import { serveKind } from '../../test/real-cluster/serve-kinds.ts';
import { Crowd } from '../autoscaling/crowd.ts';
import { aggregationFlags, CustomMetrics, ensureMetricPrograms } from '../autoscaling/custom-metrics.ts';

/**
 * The healer scaled by the depth of its work queue, from one replica to three and back, by Kubernetes' own controller:
 * real kube-apiserver, controllers, Prometheus and prometheus-adapter, the rendered chart, replicas as processes. Ends
 * with an error when it does not scale, when shards are left or shared unfairly, or when anything is done twice.
 * Usage: node bench/healer/autoscaling.ts [rounds] [sick pods]
 */
const rounds = Number(process.argv[2] ?? 3);
const size = Number(process.argv[3] ?? 300);
const CROWD = 'crowd';
const MOST = 3;
const SHARDS = 8;
/** What the API server takes for each write about the crowd: makes the queue last long enough to be seen. */
const SLOW_WRITE_MS = 400;
const STABILIZATION_SECONDS = 30;
const CHART = fileURLToPath(new URL('../../healer/chart', import.meta.url));
const CONTROLLERS = ['deployment-controller', 'replicaset-controller', 'horizontal-pod-autoscaler-controller'];
const SETTINGS = {
  HEALER_STORM_PODS: '0',
  HEALER_BUDGET: '9999/1m',
  HEALER_NAMESPACE_BUDGET: '9999/1m',
  HEALER_MOST_REMEDIATIONS: '10000',
};

interface Round {
  readonly toThree: number;
  readonly shared: number;
  readonly healed: number;
  readonly back: number;
  /** How often the autoscaler changed its mind; two is once up and once down. */
  readonly rescales: number;
}

const stack = new AsyncDisposableStack();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
try {
  const bench = await setUp(stack);
  const results: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    results.push(await measure(bench));
    say(`round ${round}: ${JSON.stringify(results.at(-1))}`);
  }
  report(results);
} finally {
  await stack.disposeAsync();
}

type Bench = Awaited<ReturnType<typeof setUp>>;

async function setUp(owned: AsyncDisposableStack) {
  const [programs, helm] = [findPrograms(), findHelm()];
  if (typeof programs === 'string') throw new Error(programs);
  if (helm === undefined) throw new Error('no helm was found or built');
  const metricPrograms = await ensureMetricPrograms();
  const folder = await mkdtemp(join(tmpdir(), 'healproof-autoscaling-'));
  owned.defer(() => rm(folder, { recursive: true, force: true }));
  const server = await ApiServer.start(programs, aggregationFlags(folder));
  owned.defer(() => server.stop());
  await server.startControllers(CONTROLLERS, ['--kube-api-qps=200', '--kube-api-burst=400']);
  const proxy = new FaultyProxy({ upstream: server.url, tls: { cert: server.certificate, key: server.key } });
  const url = await proxy.start();
  owned.defer(() => proxy.stop());
  proxy.treat = async (request): Promise<Treatment> => {
    if (isWrite(request) && request.path.includes(`/namespaces/${CROWD}/`)) await systemClock.sleep(SLOW_WRITE_MS);
    return 'pass';
  };
  const replicas = await Replicas.open(server, HEALER.namespace, url);
  owned.defer(() => replicas.stop());
  const metrics = new CustomMetrics();
  owned.defer(() => metrics.stop());
  await install(server, helm);
  await metrics.start(server, metricPrograms, () => replicas.targets());
  const crowd = new Crowd(server, CROWD, size);
  owned.defer(() => crowd.stop());
  await crowd.givePolicy();
  await crowd.gather();
  const apps = server.kubeConfig().makeApiClient(AppsV1Api);
  const core = server.kubeConfig().makeApiClient(CoreV1Api);
  await until('the crowd to be well', 120, async () => [
    crowd.well().length === size,
    `${crowd.well().length} of ${size}`,
  ]);
  await until('one replica with all shards', 180, async () => sharesAre(replicas, [SHARDS]));
  return { proxy, replicas, crowd, apps, core };
}

/** What `helm install` would make. */
async function install(server: ApiServer, helm: string): Promise<void> {
  const core = server.kubeConfig().makeApiClient(CoreV1Api);
  for (const name of [HEALER.namespace, CROWD]) await core.createNamespace({ body: { metadata: { name } } });
  const autoscaling = { enabled: true, minReplicas: 1, maxReplicas: MOST, scaleDownSeconds: STABILIZATION_SECONDS };
  const values = { namespaces: [CROWD], helm: { enabled: false }, autoscaling, settings: SETTINGS };
  const set = Object.entries(values).flatMap(([name, value]) => ['--set-json', `${name}=${JSON.stringify(value)}`]);
  const args = ['template', HEALER.name, CHART, '--namespace', HEALER.namespace, '--include-crds', '--no-hooks'];
  const text = execFileSync(helm, [...args, '--kube-version', '1.34.0', ...set], { encoding: 'utf8' });
  const objects = KubernetesObjectApi.makeApiClient(server.kubeConfig());
  for (const document of parseAllDocuments(text)) {
    const object = document.toJS() as KubernetesObject | null;
    if (object?.kind === 'CustomResourceDefinition') await serveKind(server.kubeConfig(), object);
    else if (object !== null) await objects.create(object);
  }
}

async function measure({ proxy, replicas, crowd, apps, core }: Bench): Promise<Round> {
  const before = {
    requests: proxy.requests.length,
    treated: new Set(await crowd.treatments()),
    born: crowd.born,
    rescales: await rescalesOf(core),
  };
  const sick = await crowd.makeSick();
  const startedMs = performance.now();
  const seconds = (): number => Math.round((performance.now() - startedMs) / 100) / 10;
  const scale = async (wanted: number): Promise<[boolean, string]> => {
    const { status } = await apps.readNamespacedDeployment({ name: HEALER.name, namespace: HEALER.namespace });
    return [status?.replicas === wanted && status.readyReplicas === wanted, `${status?.readyReplicas} replicas`];
  };
  await until('three replicas', 240, () => scale(MOST));
  const toThree = seconds();
  await until('the shards to be shared out', 240, async () => sharesAre(replicas, [2, 3, 3]));
  const shared = seconds();
  await until('everybody to be healed', 600, async () => {
    const well = crowd.well();
    return [well.length === size && !well.some((uid) => sick.includes(uid)), `${well.length} well`];
  });
  const healed = seconds();
  await until('one replica with all shards', 600, async () => {
    const [isOne, seen] = await scale(1);
    return isOne ? sharesAre(replicas, [SHARDS]) : [false, seen];
  });
  const back = seconds();
  const evicted = proxy.requests
    .slice(before.requests)
    .filter(isEviction)
    .map(({ path }) => path);
  const treated = (await crowd.treatments()).filter((each) => !before.treated.has(each)).sort();
  refuse(new Set(evicted).size !== evicted.length, 'a pod was evicted twice');
  refuse(crowd.born - before.born !== size, `${crowd.born - before.born} pods were replaced, not ${size}`);
  const others = treated.filter((each) => !sick.includes(each)).length;
  const remediations = `${treated.length} Remediations of ${new Set(treated).size} pods, ${others} of them not sick`;
  refuse(treated.join() !== sick.join(), `not every sick pod has exactly one Remediation: ${remediations}`);
  const rescales = (await rescalesOf(core)) - before.rescales;
  return { toThree, shared, healed, back: Math.round((back - healed) * 10) / 10, rescales };
}

/** How often the autoscaler changed the number of replicas so far, by its own Events. */
async function rescalesOf(core: CoreV1Api): Promise<number> {
  const { items } = await core.listNamespacedEvent({ namespace: HEALER.namespace });
  return items.filter(({ reason }) => reason === 'SuccessfulRescale').reduce((sum, { count = 1 }) => sum + count, 0);
}

async function sharesAre(replicas: Replicas, wanted: readonly number[]): Promise<[boolean, string]> {
  const shares = await replicas.shares();
  return [shares.join() === wanted.join(), `shares ${shares.join(', ')}`];
}

function isEviction(request: PassedRequest): boolean {
  return request.path.endsWith('/eviction') && wasCarriedOut(request);
}

function refuse(isWrong: boolean, sentence: string): void {
  if (isWrong) throw new Error(sentence);
}

function until(what: string, timeoutSeconds: number, look: () => Promise<[boolean, string]>): Promise<undefined> {
  return waitUntil(
    async () => {
      const [done, seen] = await look();
      return done ? { done, value: undefined } : { done, seen };
    },
    { clock: systemClock, what, timeoutMs: timeoutSeconds * 1000, everyMs: 250, signal: new AbortController().signal },
  );
}

function report(results: readonly Round[]): void {
  const row = (name: string, pick: (round: Round) => number): string => {
    const values = results.map(pick).sort((a, b) => a - b);
    const at = (share: number): string => (values[Math.ceil(values.length * share) - 1] ?? Number.NaN).toFixed(1);
    return `| ${name} | ${values.length} | ${at(0.5)} | ${at(0.95)} |`;
  };
  say(
    `machine: ${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${(totalmem() / 1024 ** 3).toFixed(0)} GiB; ${size} sick pods`,
  );
  say('| seconds | n | p50 | p95 |\n| --- | --- | --- | --- |');
  say(row('all sick → three replicas Ready', ({ toThree }) => toThree));
  say(row('all sick → shards shared 3 + 3 + 2', ({ shared }) => shared));
  say(row('all sick → all well', ({ healed }) => healed));
  say(row('all well → one replica with all shards', ({ back }) => back));
  say(`the autoscaler changed its mind ${results.map(({ rescales }) => rescales).join(', ')} times`);
}
