import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeClient } from '../../healer/src/kube/client.ts';
import { decodeRelease } from '../../healer/src/releases/secrets/release-secret.ts';
import type { Crash, CrashScene, Ending } from './crash.ts';
import { REPLICAS, type Shop, type ShopCluster } from './shop-cluster.ts';

/** A pod loses its readiness and is evicted. */
export const POD_SCENE: CrashScene = {
  name: 'pod',
  settings: {},
  open: (cluster) => cluster.openShop(),
  async makeSick(cluster, shop) {
    const sick = await cluster.makeSick(shop);
    const isGone = (): boolean =>
      cluster.podsOf(shop.namespace).every(({ metadata }) => metadata?.uid !== sick.metadata?.uid);
    return async () => isGone() && (await cluster.isWhole(shop));
  },
  lookBack: async () => [],
  judge({ deeds }) {
    const evictions = deeds.filter((deed) => deed.endsWith('/eviction'));
    const others = deeds.filter((deed) => !deed.endsWith('/eviction'));
    const problems = evictions.length === 1 ? [] : [`${evictions.length} evictions were carried out instead of one`];
    return others.length === 0 ? problems : [...problems, `something else was done: ${others.join(', ')}`];
  },
};

const CHART: Readonly<Record<string, string>> = {
  'Chart.yaml': 'apiVersion: v2\nname: small\nversion: 0.1.0\n',
  'values.yaml': 'image: good\n',
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: back}
spec:
  replicas: ${REPLICAS}
  selector: {matchLabels: {app: shop-back}}
  template:
    metadata: {labels: {app: shop-back}}
    spec: {containers: [{name: main, image: {{ .Values.image | quote }}}]}
`,
};
const RELEASE_POLICY = {
  conditions: [{ type: 'NotReady', for: '10m', startup: '10m' }],
  // Longer than a replica is frozen: with that a rollback that a frozen helm goes on with is not taken for a dead one.
  helm: { failedFor: '1s', pendingStaleAfter: '9s', readyWithin: '10m' },
};
/** Helm's own writes, all that a rollback consists of. */
const OF_A_ROLLBACK = /\/(secrets(\/sh\.helm\.release\.v1\.web\.v\d+)?|deployments\/back)$/;

/** An upgrade fails and is rolled back by helm, a child of the healer whose requests take the same way as its own. */
export function releaseScene(helm: string): CrashScene {
  return {
    name: 'release',
    settings: { HEALER_HELM: helm, HEALER_HELM_TIMEOUT: '20s' },
    async open(cluster) {
      const shop = await cluster.openEmptyShop(RELEASE_POLICY);
      await writeChart(chartOf(cluster));
      if ((await runHelm(helm, cluster, shop, 'install')) !== 0) throw new Error('the release could not be installed');
      return shop;
    },
    async makeSick(cluster, shop) {
      const code = await runHelm(helm, cluster, shop, 'upgrade', '--set=image=broken', '--wait', '--timeout=1s');
      if (code === 0) throw new Error('the bad upgrade did not fail');
      return async () => (await cluster.isWhole(shop)) && isBack(await historyOf(cluster, shop));
    },
    lookBack: historyOf,
    judge: judgeRelease,
  };
}

function isBack([newest = '']: readonly string[]): boolean {
  return newest.endsWith('deployed*');
}

/** One rollback was completed. One that died with its helm is left in the history, which nothing but a kill explains. */
function judgeRelease({ deeds, state }: Pick<Ending, 'deeds' | 'state'>, crash?: Crash): string[] {
  const rollbacks = state.filter((line) => line.endsWith('*'));
  const unfinished = rollbacks.filter((line) => !/ (deployed|superseded)\*$/.test(line));
  const completed = rollbacks.length - unfinished.length;
  const allowed = crash?.mode.startsWith('killed') === true ? 1 : 0;
  const others = deeds.filter((deed) => !OF_A_ROLLBACK.test(deed));
  return [
    ...(completed === 1 ? [] : [`${completed} rollbacks were completed instead of one: ${state.join(', ')}`]),
    ...(unfinished.length <= allowed ? [] : [`${unfinished.length} rollbacks were left half-way: ${state.join(', ')}`]),
    ...(others.length === 0 ? [] : [`something else was done: ${others.join(', ')}`]),
  ];
}

/** Number, status and, for one that a rollback made, a star; newest first. */
async function historyOf(cluster: ShopCluster, { namespace }: Shop): Promise<string[]> {
  const secrets = await new KubeClient(cluster.server.kubeConfig()).readRelease(namespace, 'web');
  return secrets
    .map(decodeRelease)
    .flatMap((decoded) => (decoded.ok ? [decoded.revision] : []))
    .sort((a, b) => b.revision - a.revision)
    .map(({ revision, status, rollback }) => `${revision} ${status}${rollback ? '*' : ''}`);
}

function chartOf({ server }: ShopCluster): string {
  return join(server.folder, 'chart');
}

async function writeChart(folder: string): Promise<void> {
  await mkdir(join(folder, 'templates'), { recursive: true });
  for (const [name, text] of Object.entries(CHART)) await writeFile(join(folder, name), text);
}

/** As the release's user; resolves with the exit code. */
async function runHelm(
  helm: string,
  cluster: ShopCluster,
  { namespace }: Shop,
  verb: string,
  ...more: string[]
): Promise<number | null> {
  const { folder } = cluster.server;
  const env = { KUBECONFIG: await cluster.server.kubeConfigFile('user', 'admin-token'), HOME: folder };
  const child = execFile(helm, [verb, 'web', chartOf(cluster), '--namespace', namespace, ...more], { env });
  return new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
}
