import { machine, say, tableHead, tableRow } from '../figures.ts';
import { readMemory } from '../process-memory.ts';
import { tidily } from '../tidily.ts';
import { pause } from '../waiting.ts';
import type { CrowdShape } from './crowd.ts';
import { namespaceNames } from './crowd.ts';
import { CrowdCluster } from './crowd-cluster.ts';
import { REPLICAS } from './shipped-healer.ts';

/**
 * Memory of the healer as it is shipped beside crowds of pods, two replicas, while pods come and go; in the same cluster that
 * of kube-controller-manager with three controllers. Usage: node bench/healer/memory.ts [pods …]
 */
const sizes = process.argv.slice(2).map(Number);
const NAMESPACES = 20;
const SETTLE_MS = 30_000;
const SAMPLES = 60;
const SAMPLE_MS = 1_000;
const POLICY = {
  conditions: [
    { type: 'NotReady', for: '30s' },
    { type: 'CrashLoop', restarts: 3 },
  ],
};

await tidily(55, async (stack) => {
  say(machine());
  const shapes = (sizes.length > 0 ? sizes : [1_000, 10_000]).map((pods) => shapeOf(pods));
  const namespaces = namespaceNames(shapeOf(1));
  const cluster = await CrowdCluster.start(stack, namespaces);
  await cluster.givePolicy('crowd', namespaces, POLICY);
  const table = [tableHead('resident memory, MiB')];
  for (const shape of shapes) {
    await cluster.fill(shape);
    const rows = await measure(cluster, shape);
    say(rows.join('\n'));
    table.push(...rows);
  }
  say(`\n${table.join('\n')}`);
});

function shapeOf(pods: number): CrowdShape {
  return { pods, namespaces: NAMESPACES, podsPerDeployment: 50 };
}

async function measure(cluster: CrowdCluster, shape: CrowdShape): Promise<string[]> {
  await using stack = new AsyncDisposableStack();
  const watched = new Map<string, number>([['kube-controller-manager', cluster.controllersPid]]);
  const healers = await cluster.healer.startPair(stack);
  for (const [index, { pid = 0 }] of healers.entries()) watched.set(REPLICAS[index] ?? '', pid);
  const filled = healers.map(({ pid = 0 }) => readMemory(pid).peakMib);
  say(`healers have the ${shape.pods} pods; settling for ${SETTLE_MS / 1000} s, then ${SAMPLES} samples …`);
  await pause(SETTLE_MS);
  const readings = new Map(
    [...watched.keys()].map((name) => [name, { resident: [] as number[], own: [] as number[] }]),
  );
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const namespace = namespaceNames(shape)[sample % NAMESPACES] ?? '';
    const [pod] = (await cluster.core.listNamespacedPod({ namespace, limit: 1 })).items;
    if (pod !== undefined) await cluster.remove(pod);
    for (const [name, pid] of watched) {
      const { residentMib, anonymousMib } = readMemory(pid);
      readings.get(name)?.resident.push(residentMib);
      readings.get(name)?.own.push(anonymousMib);
    }
    await pause(SAMPLE_MS);
  }
  await cluster.whole(shape.pods);
  return [
    ...[...readings].flatMap(([name, { resident, own }]) => [
      tableRow(`${name}, ${shape.pods} pods`, resident),
      tableRow(`… of that not shared with other processes`, own),
    ]),
    tableRow(`peak while the healers read the ${shape.pods} pods for the first time`, filled),
  ];
}
