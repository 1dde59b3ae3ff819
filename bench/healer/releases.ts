import { load, machine, percentile, say } from '../figures.ts';
import { tidily } from '../tidily.ts';
import { inLanes, until } from '../waiting.ts';
import { ReleaseCluster } from './release-cluster.ts';

/**
 * A bad Helm upgrade rolled back, and the lock of a client that was killed cleared, with the real helm, a real API server and
 * Kubernetes' own workload controllers; both counted from the end of what the policy waits for, and beside them the same without
 * a healer. Usage: node bench/healer/releases.ts [releases]
 */
const releases = Number(process.argv[2] ?? 12);
/** Releases at the same time: each upgrade is a process of its own. */
const LANES = 3;
const WAIT_MS = 120_000;

await tidily(35, async (stack) => {
  say(machine());
  const cluster = await ReleaseCluster.start(stack);
  const names = Array.from({ length: releases }, (_, index) => `release-${index}`);
  say(`installing ${releases} releases …`);
  await inLanes(names, LANES, (name) => cluster.install(name));
  await cluster.install('unhealed', 'unwatched');
  const rolledBack: number[] = [];
  const unlocked: number[] = [];
  await cluster.upgradeBadly('unhealed', 'unwatched');
  await inLanes(names, LANES, async (name) => {
    const startedMs = await cluster.upgradeBadly(name);
    await until(`${name} to be rolled back and whole`, WAIT_MS, () => cluster.isWhole(name, 'good'));
    rolledBack.push((performance.now() - startedMs - cluster.readyWithinMs) / 1000);
    say(`… ${rolledBack.length} of ${releases} rolled back`);
  });
  await inLanes(names, LANES, async (name) => {
    const startedMs = await cluster.killUpgrade(name);
    await until(`${name} to be unlocked`, WAIT_MS, async () => (await cluster.newestStatus(name)) === 'deployed');
    unlocked.push((performance.now() - startedMs - cluster.pendingStaleAfterMs) / 1000);
    say(`… ${unlocked.length} of ${releases} unlocked`);
  });
  const isStillBad = !(await cluster.isWhole('unhealed', 'good', 'unwatched'));
  say(`\n| s | n | p50 | p95 | max | load |\n| --- | --- | --- | --- | --- | --- |`);
  row('bad upgrade: from the end of readyWithin until the release is back and all its pods are Ready', rolledBack);
  row('lock: from the end of pendingStaleAfter until the newest revision is deployed', unlocked);
  say(`\nthe same bad upgrade where no policy looks: ${isStillBad ? 'still bad' : 'whole again'} in the end`);
});

function row(name: string, values: readonly number[]): void {
  const cells = [0.5, 0.95, 1].map((share) => percentile(values, share).toFixed(1));
  say(`| ${name} | ${values.length} | ${cells.join(' | ')} | ${load()} |`);
}
