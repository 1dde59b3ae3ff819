import { machine, say, tableHead, tableRow } from '../figures.ts';
import { readMemory } from '../process-memory.ts';
import { slopeOf } from '../slope.ts';
import { tidily } from '../tidily.ts';
import { pause } from '../waiting.ts';
import { deedsOf } from './book-keeping.ts';
import { type CrowdShape, namespaceNames } from './crowd.ts';
import { CrowdCluster } from './crowd-cluster.ts';
import { LENIENT } from './lenient-policy.ts';
import { REPLICAS } from './shipped-healer.ts';

/**
 * Two replicas for a while beside pods that come, crash and go, with the budgets that are shipped: does their memory grow?
 * Usage: node bench/healer/soak.ts [minutes]
 */
const minutes = Number(process.argv[2] ?? 20);
const SHAPE: CrowdShape = { pods: 1_000, namespaces: 20, podsPerDeployment: 10 };
const TICK_MS = 1_000;
const SAMPLE_TICKS = 5;
const CRASH_TICKS = 10;
/** What the first list and the first compilations took is given back in this time. */
const WARM_UP_SHARE = 0.25;

await tidily(minutes + 20, async (stack) => {
  say(machine());
  const namespaces = namespaceNames(SHAPE);
  const cluster = await CrowdCluster.start(stack, namespaces);
  await cluster.fill(SHAPE);
  await cluster.givePolicy('crowd', namespaces, LENIENT);
  const healers = await cluster.healer.startPair(stack);
  const readings = healers.map(() => [] as { minute: number; mib: number }[]);
  const startedMs = performance.now();
  const minute = (): number => (performance.now() - startedMs) / 60_000;
  let deaths = 0;
  let crashes = 0;
  for (let tick = 0; minute() < minutes; tick += 1) {
    const dueMs = startedMs + (tick + 1) * TICK_MS;
    if (tick % SAMPLE_TICKS === 0) {
      healers.forEach(({ pid = 0 }, index) => {
        readings[index]?.push({ minute: minute(), mib: readMemory(pid).residentMib });
      });
    }
    const namespace = namespaces[tick % namespaces.length] ?? '';
    const pods = (await cluster.core.listNamespacedPod({ namespace, limit: 10 })).items;
    const [old, fresh] = [pods.find(isCrashing) ?? pods[0], pods.findLast((pod) => !isCrashing(pod))];
    if (old !== undefined) await cluster.remove(old);
    deaths += 1;
    if (tick % CRASH_TICKS === 0 && fresh !== undefined && fresh !== old) {
      await cluster.makeCrashing(fresh);
      crashes += 1;
    }
    if (tick % 60 === 0) say(`… ${minute().toFixed(0)} of ${minutes} min, MiB: ${latest(readings)}`);
    await pause(Math.max(0, dueMs - performance.now()));
  }
  const { acted, detected } = deedsOf(healers);
  say(`\n${deaths} deaths, ${crashes} crash loops; ${detected.length} incidents, ${acted.length} actions`);
  say(tableHead('resident memory, MiB'));
  const warm = readings.map((list) => list.filter((each) => each.minute >= minutes * WARM_UP_SHARE));
  for (const [index, list] of warm.entries()) {
    say(
      tableRow(
        `${REPLICAS[index]}`,
        list.map(({ mib }) => mib),
      ),
    );
  }
  say('\n| growth after the first quarter, MiB per hour | slope | 95 % interval |\n| --- | --- | --- |');
  for (const [index, list] of warm.entries()) {
    const { perHour, plusMinus } = slopeOf(list);
    const [low, high] = [perHour - plusMinus, perHour + plusMinus].map((each) => each.toFixed(1));
    say(`| ${REPLICAS[index]} | ${perHour.toFixed(1)} | ${low} … ${high} |`);
  }
  if (!healers.every((each) => each.alive)) throw new Error('a healer ended during the soak');
});

function isCrashing(pod: { status?: { containerStatuses?: { ready: boolean }[] } }): boolean {
  return pod.status?.containerStatuses?.some(({ ready }) => !ready) === true;
}

function latest(readings: readonly (readonly { mib: number }[])[]): string {
  return readings.map((list) => list.at(-1)?.mib.toFixed(0) ?? '–').join(', ');
}
