import { load, machine, say } from '../figures.ts';
import { tidily } from '../tidily.ts';
import { inLanes, pause, until } from '../waiting.ts';
import { deedsOf } from './book-keeping.ts';
import { type CrowdShape, namespaceNames } from './crowd.ts';
import { CrowdCluster } from './crowd-cluster.ts';
import { UNBOUNDED } from './lenient-policy.ts';
import { ordinaryLife } from './ordinary-life.ts';

/**
 * Control runs: the ordinary life of a healthy cluster, in which a healer that nothing holds back has nothing to do; at the
 * end one pod that is sick indeed, so that its silence is worth something. Usage: node bench/healer/controls.ts [runs]
 */
const runs = Number(process.argv[2] ?? 100);
const SHAPE: CrowdShape = { pods: 400, namespaces: 20, podsPerDeployment: 4 };
/** Runs at the same time, each in a namespace of its own. */
const LANES = 5;
const NOT_READY_MS = 15_000;
const ACT_MS = 60_000;
const POLICY = {
  conditions: [
    { type: 'NotReady', for: `${NOT_READY_MS}ms`, startup: '60s' },
    { type: 'CrashLoop', restarts: 3 },
    { type: 'OOMLoop', restarts: 3 },
    { type: 'ImagePullFailure', for: '15s' },
    { type: 'StuckPending', for: '60s' },
    { type: 'StuckCreating', for: '60s' },
    { type: 'StuckTerminating', for: '60s' },
    { type: 'FailedPod', for: '15s' },
  ],
  limits: { budget: { actions: 1_000, per: '10m' } },
};

await tidily(50, async (stack) => {
  say(machine());
  const namespaces = namespaceNames(SHAPE);
  const cluster = await CrowdCluster.start(stack, namespaces);
  await cluster.fill(SHAPE);
  await cluster.givePolicy('crowd', namespaces, POLICY);
  const healers = await cluster.healer.startPair(stack, UNBOUNDED);
  let events = 0;
  let spoilt = 0;
  let done = 0;
  const turns = Array.from({ length: runs }, (_, index) => namespaces[index % namespaces.length] ?? '');
  const startedMs = performance.now();
  await inLanes(turns, LANES, async (namespace) => {
    const life = await ordinaryLife(cluster, namespace);
    events += life.events;
    if (life.longestDipMs >= NOT_READY_MS) spoilt += 1;
    done += 1;
    if (done % 10 === 0) say(`… ${done} of ${runs} runs, ${deedsOf(healers).acted.length} actions`);
  });
  const minutes = (performance.now() - startedMs) / 60_000;
  await pause(NOT_READY_MS + 5_000);
  const { acted, detected } = deedsOf(healers);
  const alive = healers.every((each) => each.alive);
  say(
    `\n| control runs | ordinary events | incidents | actions | minutes | load |\n| --- | --- | --- | --- | --- | --- |`,
  );
  say(`| ${runs - spoilt} | ${events} | ${detected.length} | ${acted.length} | ${minutes.toFixed(1)} | ${load()} |`);
  if (spoilt > 0) say(`${spoilt} more runs do not count: this machine was too slow to keep a dip short`);
  for (const line of [...acted, ...detected]) say(`unexpected: ${line}`);
  await sickIndeed(cluster, namespaces[0] ?? '', () => deedsOf(healers).acted.length - acted.length);
  if (acted.length > 0 || !alive) throw new Error('a healthy cluster was acted on, or the healer ended');
});

async function sickIndeed(cluster: CrowdCluster, namespace: string, acted: () => number): Promise<void> {
  const [pod] = await cluster.pods(namespace);
  if (pod === undefined) throw new Error('there is no pod left');
  await cluster.makeCrashing(pod);
  await until('an action on a pod that is sick indeed', ACT_MS, () => acted() === 1);
  say('a pod that was sick indeed was acted on in the end, once');
}
