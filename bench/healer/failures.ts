import type { V1Pod } from '@kubernetes/client-node';
import { load, machine, percentile, say } from '../figures.ts';
import { tidily } from '../tidily.ts';
import { inLanes, pause, until } from '../waiting.ts';
import { bookOf, type Fate, fatesOf } from './book-keeping.ts';
import { type CrowdShape, namespaceNames } from './crowd.ts';
import { CrowdCluster } from './crowd-cluster.ts';
import { LENIENT, UNBOUNDED } from './lenient-policy.ts';

/**
 * Many pods begin to crash at once: every one of them must get a record, acted or refused with a reason, none twice, and no
 * budget may be exceeded. Usage: node bench/healer/failures.ts [failures]
 */
const failures = Number(process.argv[2] ?? 200);
const SHAPE: CrowdShape = { pods: 3 * failures, namespaces: 20, podsPerDeployment: 5 };
const LANES = 32;
const HANDLED_MS = 300_000;
/** Long enough to see whatever would come too late or twice. */
const QUIET_MS = 15_000;
/** The token bucket of all policies together: so many at once, and one more for each stretch of time. */
const BUCKET = { actions: 20, refillMs: 30_000 };

interface Case {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>> | undefined;
  readonly mostActions: number;
  readonly leastActions: number;
}

const CASES: readonly Case[] = [
  { name: 'no healer: Kubernetes alone', settings: undefined, mostActions: 0, leastActions: 0 },
  { name: 'as shipped: a storm', settings: {}, mostActions: BUCKET.actions, leastActions: 0 },
  {
    name: 'storms off, budgets as shipped',
    settings: { HEALER_STORM_PODS: '0' },
    mostActions: BUCKET.actions,
    leastActions: BUCKET.actions,
  },
  { name: 'nothing bounded', settings: UNBOUNDED, mostActions: failures, leastActions: failures },
];

await tidily(40, async (stack) => {
  say(machine());
  const namespaces = namespaceNames(SHAPE);
  const cluster = await CrowdCluster.start(stack, namespaces);
  await cluster.fill(SHAPE);
  await cluster.givePolicy('crowd', namespaces, LENIENT);
  const rows: string[] = [];
  let wrong = 0;
  for (const each of CASES) {
    const { row, problems } = await play(cluster, each, namespaces);
    rows.push(row);
    for (const problem of problems) say(`WRONG, ${each.name}: ${problem}`);
    wrong += problems.length;
    await forget(cluster, namespaces);
  }
  say(
    `\n| ${failures} pods crash at once | recorded | acted | refused, by reason | actions allowed | all recorded, s | p50, s | p95, s | load |`,
  );
  say('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  say(rows.join('\n'));
  if (wrong > 0) throw new Error(`${wrong} things were wrong`);
});

async function play(
  cluster: CrowdCluster,
  { name, settings, mostActions, leastActions }: Case,
  namespaces: readonly string[],
): Promise<{ row: string; problems: string[] }> {
  say(`${name} …`);
  await using stack = new AsyncDisposableStack();
  const healers = settings === undefined ? [] : await cluster.healer.startPair(stack, settings);
  const pods = (await Promise.all(namespaces.map((namespace) => cluster.pods(namespace)))).flat();
  const sick = oneInThree(pods);
  const sickUids = new Set(sick.map(({ metadata }) => metadata?.uid ?? ''));
  const startedAtMs = Date.now();
  await inLanes(sick, LANES, (pod) => cluster.makeCrashing(pod));
  const patchedMs = Date.now() - startedAtMs;
  say(`… all ${sick.length} crash since ${(patchedMs / 1000).toFixed(1)} s`);
  if (settings !== undefined) {
    await until('a record about each of them', HANDLED_MS, async () => {
      const fates = await fatesOf(cluster, sickUids);
      return [...fates.values()].every((each) => each.length === 1 && each[0]?.isSettled === true);
    }).catch((error: unknown) => say(String(error)));
  }
  await pause(QUIET_MS);
  const fates = await fatesOf(cluster, sickUids);
  const after = new Set((await Promise.all(namespaces.map((each) => cluster.pods(each)))).flat().map(uidOf));
  const book = bookOf(healers, sickUids, startedAtMs);
  const gone = pods.filter((pod) => !after.has(uidOf(pod)));
  const refilled = mostActions === BUCKET.actions ? Math.floor((Date.now() - startedAtMs) / BUCKET.refillMs) : 0;
  const allowed = mostActions + refilled;
  const hasHealer = settings !== undefined;
  const problems = judge({ fates, gone, sickUids, mostActions: allowed, leastActions, hasHealer });
  for (const [uid, times] of book.acted) if (times !== 1) problems.push(`${uid} was acted on ${times} times`);
  const all = [...fates.values()].flat();
  const seconds = book.firstMs.map((ms) => ms / 1000);
  const cells = [
    name,
    `${[...fates.values()].filter((each) => each.length > 0).length} / ${sick.length}`,
    gone.length,
    countsOf(all),
    allowed,
    ...[1, 0.5, 0.95].map((share) => (seconds.length === 0 ? '–' : percentile(seconds, share).toFixed(1))),
    load(),
  ];
  return { row: `| ${cells.join(' | ')} |`, problems };
}

interface Outcome {
  readonly fates: ReadonlyMap<string, readonly Fate[]>;
  readonly gone: readonly V1Pod[];
  readonly sickUids: ReadonlySet<string>;
  readonly mostActions: number;
  readonly leastActions: number;
  readonly hasHealer: boolean;
}

function judge({ fates, gone, sickUids, mostActions, leastActions, hasHealer }: Outcome): string[] {
  const problems: string[] = [];
  for (const [uid, records] of fates) {
    if (hasHealer && records.length !== 1) problems.push(`${uid} has ${records.length} records instead of one`);
    if (!records.every(({ isSettled }) => isSettled)) problems.push(`${uid} was neither acted on nor refused`);
  }
  const bystanders = gone.filter((pod) => !sickUids.has(uidOf(pod)));
  if (bystanders.length > 0) problems.push(`${bystanders.length} healthy pods went away`);
  if (gone.length > mostActions) problems.push(`${gone.length} pods were evicted, ${mostActions} were allowed`);
  if (gone.length < leastActions) problems.push(`${gone.length} pods were evicted instead of ${leastActions}`);
  const all = [...fates.values()].flat();
  const acted = all.filter(({ hasActed }) => hasActed).length;
  const intended = all.filter(({ attempts }) => attempts > 0).length;
  if (hasHealer && (gone.length < acted || gone.length > intended))
    problems.push(`${gone.length} pods went, but ${intended} actions were intended and ${acted} are recorded as done`);
  return problems;
}

/** Spread evenly, so that enough of every Deployment stays well. */
function oneInThree(pods: readonly V1Pod[]): V1Pod[] {
  const sorted = pods.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return sorted.filter((_, index) => index % 3 === 0).slice(0, failures);
}

function countsOf(fates: readonly Fate[]): string {
  const counts = new Map<string, number>();
  for (const { refusal, hasActed } of fates) {
    if (!hasActed && refusal !== undefined) counts.set(refusal, (counts.get(refusal) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `${reason} ${count}`).join(', ') || '–';
}

/** Makes everybody well and removes what healers remember, so that the next case begins anew. */
async function forget(cluster: CrowdCluster, namespaces: readonly string[]): Promise<void> {
  const at = { group: 'healproof.dev', version: 'v1alpha1', plural: 'remediations' };
  for (const namespace of namespaces) {
    const crashing = (await cluster.pods(namespace)).filter(
      (pod) => pod.status?.containerStatuses?.[0]?.ready === false,
    );
    await inLanes(crashing, LANES, (pod) =>
      cluster.core.deleteNamespacedPod({ namespace, name: nameOf(pod), gracePeriodSeconds: 0 }),
    );
    await cluster.custom.deleteCollectionNamespacedCustomObject({ ...at, namespace });
  }
  await cluster.forgetLeases();
  await cluster.whole(SHAPE.pods);
}

function uidOf({ metadata }: V1Pod): string {
  return metadata?.uid ?? '';
}

function nameOf({ metadata }: V1Pod): string {
  return metadata?.name ?? '';
}
