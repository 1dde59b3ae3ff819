import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CoreV1Api, CustomObjectsApi } from '@kubernetes/client-node';
import { KubeClient } from '../../healer/src/kube/client.ts';
import { API_VERSION, HEALER } from '../../healer/src/names.ts';
import { decodeRelease } from '../../healer/src/releases/secrets/release-secret.ts';
import { ApiServer, findPrograms } from '../../test/real-cluster/api-server.ts';
import { findHelm } from '../../test/real-cluster/find-helm.ts';
import { PretendKubelet } from '../../test/real-cluster/pretend-kubelet.ts';
import { releasePolicy, writeSmallChart } from '../../test/real-cluster/small-chart.ts';
import { until } from '../waiting.ts';
import { ShippedHealer } from './shipped-healer.ts';

const run = promisify(execFile);
const WATCHED = 'shop';
const READY_WITHIN_MS = 4_000;
const PENDING_STALE_AFTER_MS = 4_000;
const WAIT_MS = 120_000;
const PATIENCE = {
  verifyWithin: '30s',
  pendingStaleAfter: `${PENDING_STALE_AFTER_MS}ms`,
  readyWithin: `${READY_WITHIN_MS}ms`,
  stalledAfter: '20s',
};
const CONTROLLERS = ['deployment-controller', 'replicaset-controller', 'garbage-collector-controller'];

/** Helm releases of a small chart in a namespace with a policy, or in one without; the healer as it is shipped. */
export class ReleaseCluster {
  readonly readyWithinMs = READY_WITHIN_MS;
  readonly pendingStaleAfterMs = PENDING_STALE_AFTER_MS;
  readonly #chart: string;
  readonly #helm: string;
  readonly #kubelet: PretendKubelet;
  readonly #api: KubeClient;
  readonly #core: CoreV1Api;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(server: ApiServer, chart: string, helm: string, kubelet: PretendKubelet, kubeconfig: string) {
    this.#chart = chart;
    this.#helm = helm;
    this.#kubelet = kubelet;
    this.#api = new KubeClient(server.kubeConfig());
    this.#core = server.kubeConfig().makeApiClient(CoreV1Api);
    this.#environment = { PATH: process.env.PATH ?? '', HOME: chart, KUBECONFIG: kubeconfig };
  }

  static async start(stack: AsyncDisposableStack): Promise<ReleaseCluster> {
    const programs = findPrograms();
    const helm = findHelm();
    if (typeof programs === 'string') throw new Error(programs);
    if (helm === undefined) throw new Error('helm was not built yet: the image build puts it into the cache folder');
    const server = await ApiServer.start(programs);
    stack.defer(() => server.stop());
    await server.startControllers(CONTROLLERS);
    const chart = await mkdtemp(join(tmpdir(), 'healproof-releases-'));
    await writeSmallChart(chart);
    stack.defer(() => rm(chart, { recursive: true, force: true }));
    const core = server.kubeConfig().makeApiClient(CoreV1Api);
    for (const name of [WATCHED, 'unwatched']) await core.createNamespace({ body: { metadata: { name } } });
    const shipped = stack.use(await ShippedHealer.install(server, helm, [WATCHED]));
    const [group = '', version = ''] = API_VERSION.split('/');
    const custom = server.kubeConfig().makeApiClient(CustomObjectsApi);
    await custom.createClusterCustomObject({
      group,
      version,
      plural: 'clusterhealingpolicies',
      body: releasePolicy(WATCHED, PATIENCE),
    });
    const kubelet = new PretendKubelet(server.kubeConfig());
    stack.defer(() => kubelet.stop());
    const settings = { HEALER_GOOD_AFTER: '2s', HEALER_BUDGET: '9999/10m', HEALER_NAMESPACE_BUDGET: '9999/10m' };
    await shipped.startPair(stack, settings);
    return new ReleaseCluster(server, chart, helm, kubelet, await server.kubeConfigFile('helm', 'admin-token'));
  }

  /** Installs and waits until the healer knows that this revision works. */
  async install(name: string, namespace = WATCHED): Promise<void> {
    await this.#upgrade(name, namespace);
    await until(`${name} to be whole`, WAIT_MS, () => this.isWhole(name, 'good', namespace));
    if (namespace === WATCHED) await this.#proven(name);
  }

  /** Resolves with the moment at which helm was done, on the monotonic clock in milliseconds. */
  async upgradeBadly(name: string, namespace = WATCHED): Promise<number> {
    await this.#upgrade(name, namespace, 'image=broken');
    return performance.now();
  }

  /** Kills a client that waits for its hook; resolves with the moment at which the lock was seen. */
  async killUpgrade(name: string): Promise<number> {
    await this.#proven(name);
    const flags = ['upgrade', name, this.#chart, '--namespace', WATCHED, '--set', 'image=good2,hook=true'];
    const client = execFile(this.#helm, flags, { env: this.#environment }, () => undefined);
    const ended = once(client, 'exit');
    await until(`${name} to be locked`, WAIT_MS, async () => (await this.newestStatus(name)) === 'pending-upgrade');
    const lockedMs = performance.now();
    client.kill('SIGKILL');
    await ended;
    return lockedMs;
  }

  async newestStatus(name: string, namespace = WATCHED): Promise<string | undefined> {
    const decoded = (await this.#api.readRelease(namespace, name)).map(decodeRelease);
    const revisions = decoded.flatMap((each) => (each.ok ? [each.revision] : []));
    return revisions.sort((a, b) => b.revision - a.revision)[0]?.status;
  }

  /** All replicas run this image and are Ready, and no other ones are left. */
  async isWhole(name: string, image: string, namespace = WATCHED): Promise<boolean> {
    const { spec, status, metadata } = await this.#kubelet.apps.readNamespacedDeployment({ namespace, name });
    const { replicas, updatedReplicas, availableReplicas, observedGeneration } = status ?? {};
    const counts = [replicas, updatedReplicas, availableReplicas];
    const isNow = observedGeneration === metadata?.generation && spec?.template.spec?.containers[0]?.image === image;
    return isNow && counts.every((count) => count === spec?.replicas);
  }

  async #upgrade(name: string, namespace: string, values = 'image=good'): Promise<void> {
    const flags = ['upgrade', '--install', name, this.#chart, '--namespace', namespace, '--set', values];
    await run(this.#helm, flags, { env: this.#environment });
  }

  /** The newest deployed revision is one to go back to. */
  async #proven(name: string): Promise<void> {
    const at = { namespace: HEALER.namespace, name: HEALER.lastKnownGood };
    await until(`${name} to be known to work`, WAIT_MS, async () => {
      const { data = {} } = await this.#core.readNamespacedConfigMap(at);
      return data[`Release.${WATCHED}.${name}`] !== undefined;
    });
  }
}
