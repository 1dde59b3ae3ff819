import type { V1Pod } from '@kubernetes/client-node';
import { machine, say, tableHead, tableRow } from '../figures.ts';
import { tidily } from '../tidily.ts';
import { pause, until } from '../waiting.ts';
import { type CrowdShape, namespaceNames } from './crowd.ts';
import { CrowdCluster } from './crowd-cluster.ts';
import { LENIENT, UNBOUNDED } from './lenient-policy.ts';
import { WatchedHealer } from './watched-healer.ts';

/**
 * How soon the healer decides and acts once it has received the frame of a watch, seen from a proxy before it, on the
 * monotonic clock; in the same run how soon Kubernetes' own ReplicaSet controller replaces a pod that was deleted.
 * Usage: node bench/healer/latency.ts [rounds]
 */
const rounds = Number(process.argv[2] ?? 100);
const SHAPE: CrowdShape = { pods: 400, namespaces: 20, podsPerDeployment: 4 };
const ROUND_MS = 60_000;
const STOCK_MS = 5_000;

await tidily(30, async (stack) => {
  say(machine());
  const namespaces = namespaceNames(SHAPE);
  const cluster = await CrowdCluster.start(stack, namespaces);
  await cluster.fill(SHAPE);
  await cluster.givePolicy('crowd', namespaces, LENIENT);
  const healers: WatchedHealer[] = [];
  for (const name of ['healer-a', 'healer-b'])
    healers.push(stack.use(await WatchedHealer.start(cluster, name, UNBOUNDED)));
  await until('the shards to be shared out', 30_000, async () => (await shardsOf(healers)).every((held) => held === 4));
  const decisions: number[] = [];
  const actions: number[] = [];
  const stock: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const namespace = namespaces[round % namespaces.length] ?? '';
    const [pod, other] = await pair(cluster, namespace, round);
    await cluster.makeCrashing(pod);
    const uid = pod.metadata?.uid ?? '';
    await until(`an action on ${pod.metadata?.name}`, ROUND_MS, () => healers.some((each) => each.actedOn(uid)));
    for (const healer of healers) {
      const { decisionMs, actionMs } = healer.timesOf(uid);
      if (decisionMs === undefined || actionMs === undefined) continue;
      decisions.push(decisionMs);
      actions.push(actionMs);
    }
    const succession = await stockReplacement(cluster, healers, other);
    if (succession !== undefined) stock.push(succession);
    if ((round + 1) % 10 === 0) say(`… ${round + 1} of ${rounds} rounds`);
  }
  const head = 'from the frame of the watch, ms';
  say(`\n${tableHead(head)}`);
  say(tableRow('until the decision to act', decisions, 1));
  say(tableRow('until the eviction is sent', actions, 1));
  say(tableRow('stock ReplicaSet controller: frame of the death of a pod until the frame of its successor', stock, 1));
  const jump = Math.max(...healers.map((each) => each.clockDriftMs()));
  say(`\nwall clock against the monotonic one over the run: ${jump.toFixed(1)} ms`);
});

async function shardsOf(healers: readonly WatchedHealer[]): Promise<number[]> {
  return Promise.all(healers.map((each) => each.shardsHeld()));
}

/** Two pods of different Deployments that nobody has touched in this run. */
async function pair(cluster: CrowdCluster, namespace: string, round: number): Promise<[V1Pod, V1Pod]> {
  const pods = (await cluster.pods(namespace)).filter((pod) => pod.metadata?.deletionTimestamp === undefined);
  const apps = [...new Set(pods.map((pod) => pod.metadata?.labels?.app ?? ''))].sort();
  const turn = Math.floor(round / SHAPE.namespaces) * 2;
  const [first, second] = [0, 1].map((step) =>
    pods.find((pod) => pod.metadata?.labels?.app === apps[(turn + step) % apps.length]),
  );
  if (first === undefined || second === undefined) throw new Error(`${namespace} has no two pods`);
  return [first, second];
}

/** Both frames are seen at the same proxy; undefined where the watch of none showed both. */
async function stockReplacement(
  cluster: CrowdCluster,
  healers: readonly WatchedHealer[],
  pod: V1Pod,
): Promise<number | undefined> {
  const { name = '', namespace = '', uid = '', labels } = pod.metadata ?? {};
  await cluster.core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
  const deadlineMs = performance.now() + STOCK_MS;
  while (performance.now() < deadlineMs) {
    const found = healers.map((each) => each.successionMs(uid, labels?.app ?? '')).find((ms) => ms !== undefined);
    if (found !== undefined) return found;
    await pause(50);
  }
  say(`… no watch showed both the death of ${name} and its successor`);
  return undefined;
}
