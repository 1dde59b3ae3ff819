import { LABELS } from '../../healer/src/names.ts';
import { messageOf } from '../errors.ts';
import { distinctPods } from '../experiment/blast-radius.ts';
import { type DisruptionBudget, disruptionSentence } from '../experiment/disruption.ts';
import type { PodTarget } from '../experiment/evidence.ts';
import { planFault } from '../experiment/plan.ts';
import type { Kube, KubeObject } from '../ports/kube.ts';
import {
  type ChaosMeshFault,
  type Fault,
  type NodeFault,
  ownEndMs,
  type SingleFault,
  stepsOf,
} from '../scenario/fault.ts';
import { faultWords } from '../scenario/fault-words.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { candidateNodes } from './faults/node-choice.ts';
import { judgeNodes } from './pods.ts';
import type { RunnerPorts } from './ports.ts';
import { matchesQuery, PredictedPods, UNSCHEDULED } from './predicted-pods.ts';
import { selectPods } from './select-pods.ts';
import { unmetRequirement } from './steps/requirements.ts';

/** What a run of a scenario would do, found out without doing any of it. */
export interface ScenarioPlan {
  readonly scenario: string;
  readonly title: string;
  readonly file: string;
  readonly seed: number;
  /** `lab`, `fresh`, or the name of a context. Of a fresh one nothing is known that only a cluster can tell. */
  readonly cluster: string;
  readonly params: Scenario['params'];
  readonly repeat: Scenario['repeat'];
  readonly fault: { readonly type: string; readonly kind: string | null; readonly durationMs: number | null };
  /** Namespaces that the workload would bring and take away again. */
  readonly namespaces: readonly string[];
  /** Pods that would be hit; without a node where they are not there before the run makes them. */
  readonly targets: readonly PlannedPod[];
  readonly peers: readonly PlannedPod[];
  /** What would be done to other things than pods, a sentence each. */
  readonly changes: readonly string[];
  readonly blastRadius: Scenario['blastRadius'];
  readonly touched: number;
  readonly judgeNodes: readonly string[];
  readonly abortWhen: Scenario['abortWhen'];
  readonly recovery: Pick<
    Scenario['recovery'],
    'withinMs' | 'stableForMs' | 'by' | 'fireAlerts' | 'silentAlerts' | 'expectMessages'
  >;
  readonly disruptionBudgets: readonly { readonly namespace: string; readonly name: string; readonly effect: string }[];
  /** The reason for which it would be skipped, or null. */
  readonly skippedBecause: string | null;
  /** Sentences for which a run would refuse; none where it would go ahead. */
  readonly refusals: readonly string[];
}

export interface PlannedPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string | null;
}

interface Found {
  readonly targets: readonly PodTarget[];
  readonly peers: readonly PodTarget[];
  readonly touched: readonly PodTarget[];
  readonly changes: readonly string[];
  readonly refusals: readonly string[];
}

const NOTHING: Found = { targets: [], peers: [], touched: [], changes: [], refusals: [] };

/** Reads the cluster and changes nothing. Whatever a run would refuse is in `refusals`. */
export async function planScenario(scenario: Scenario, ports: RunnerPorts, seed: number): Promise<ScenarioPlan> {
  const manifests = await manifestsOf(scenario, ports);
  const isFresh = scenario.cluster === 'fresh';
  const namespaces = manifests.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  const [judges, skippedBecause, taken] = await Promise.all([
    judgeNodes(ports.kube),
    isFresh ? null : unmetRequirement(scenario, ports),
    isFresh ? [] : takenNamespaces(namespaces, ports.kube),
  ]);
  const judgeNode = judges[0] ?? '';
  const pods = scenario.workload === null ? ports.kube : new PredictedPods(manifests, judgeNode);
  const found = await resolve(scenario, pods, ports, { seed, judgeNode });
  const budgets = scenario.workload === null ? await liveBudgets(found.targets, ports.kube) : manifests;
  const { fault, blastRadius, abortWhen, recovery } = scenario;
  return {
    scenario: scenario.name,
    title: scenario.title,
    file: scenario.file,
    seed,
    cluster: scenario.cluster,
    params: scenario.params,
    repeat: scenario.repeat,
    fault: describeFault(fault),
    namespaces,
    targets: found.targets.map(plannedPod),
    peers: found.peers.map(plannedPod),
    changes: found.changes,
    blastRadius,
    touched: found.touched.length,
    judgeNodes: judges,
    abortWhen,
    recovery: claimsOf(recovery),
    disruptionBudgets: await effectsOf(budgets, found.targets, pods),
    skippedBecause,
    refusals: [...taken, ...found.refusals],
  };
}

function claimsOf(recovery: Scenario['recovery']): ScenarioPlan['recovery'] {
  const { withinMs, stableForMs, by, fireAlerts, silentAlerts, expectMessages } = recovery;
  return {
    withinMs,
    stableForMs,
    by,
    ...(fireAlerts === undefined ? {} : { fireAlerts }),
    ...(silentAlerts === undefined ? {} : { silentAlerts }),
    ...(expectMessages === undefined ? {} : { expectMessages }),
  };
}

async function manifestsOf({ workload }: Scenario, { workloads }: RunnerPorts): Promise<readonly KubeObject[]> {
  if (workload === null) return [];
  return ((await workloads.load(workload)) as readonly (KubeObject | null)[]).filter((object) => object !== null);
}

function describeFault(fault: Fault): ScenarioPlan['fault'] {
  const kind = fault.type === 'chaosMesh' ? fault.kind : fault.type === 'none' ? null : faultWords(fault);
  return { type: fault.type, kind, durationMs: ownEndMs(fault) };
}

/** A namespace that is there already is either left over or somebody else's; a run refuses both. */
async function takenNamespaces(namespaces: readonly string[], kube: Kube): Promise<string[]> {
  const found = await Promise.all(namespaces.map((name) => kube.get({ apiVersion: 'v1', kind: 'Namespace', name })));
  return found.flatMap((namespace) => {
    if (namespace === null) return [];
    const owner = namespace.metadata.labels?.[LABELS.run];
    const whose = owner === undefined ? 'was not made by healproof' : `belongs to run ${owner}`;
    return [`namespace ${namespace.metadata.name} exists already and ${whose}`];
  });
}

interface Choice {
  readonly seed: number;
  readonly judgeNode: string;
}

async function resolve(
  scenario: Scenario,
  pods: Pick<Kube, 'list'>,
  ports: RunnerPorts,
  choice: Choice,
): Promise<Found> {
  const parts = await Promise.all(
    stepsOf(scenario.fault).map(({ fault }) => resolveOne(fault, scenario, pods, ports, choice)),
  );
  const all = <K extends keyof Found>(key: K): Found[K][number][] => parts.flatMap((part) => [...part[key]]);
  return {
    targets: all('targets'),
    peers: all('peers'),
    touched: distinctPods(all('touched')),
    changes: all('changes'),
    refusals: all('refusals'),
  };
}

async function resolveOne(
  fault: SingleFault,
  scenario: Scenario,
  pods: Pick<Kube, 'list'>,
  ports: RunnerPorts,
  choice: Choice,
): Promise<Found> {
  switch (fault.type) {
    case 'chaosMesh':
      return resolvePods(fault, scenario, pods, ports, choice);
    case 'node':
      return { ...NOTHING, ...(await nodeWords(fault, ports.kube)) };
    case 'kubernetes': {
      const { change } = fault;
      const object = change.verb === 'apply' ? (change.manifest as KubeObject).metadata : change.object;
      const which = object.name ?? `one with ${JSON.stringify(object.labels)}, drawn by the seed`;
      return { ...NOTHING, changes: [`${faultWords(fault)} ${object.namespace ?? 'default'}/${which}`] };
    }
    case 'helm': {
      const { namespace, release, chart, killAfterMs } = fault;
      const end = fault.action === 'killUpgrade' ? `, and kill that after ${killAfterMs} ms` : '';
      return { ...NOTHING, changes: [`upgrade the release ${namespace}/${release} to its chart ${chart}${end}`] };
    }
  }
}

/** Where the fault asks for a node that runs certain pods, these may not be there before the run makes them. */
async function nodeWords({ action, node }: NodeFault, kube: Kube): Promise<Pick<Found, 'changes' | 'refusals'>> {
  const { runs, ...rest } = node;
  const names = (await candidateNodes(kube, rest)).map(({ metadata }) => metadata.name);
  if (names.length === 0) return { changes: [], refusals: ['no ready worker fits'] };
  const condition = runs === undefined ? '' : ' that then runs such a pod';
  return { changes: [`${action} one of the nodes ${names.join(', ')}${condition}, drawn by the seed`], refusals: [] };
}

async function resolvePods(
  fault: ChaosMeshFault,
  { blastRadius }: Scenario,
  pods: Pick<Kube, 'list'>,
  { injector }: RunnerPorts,
  { seed, judgeNode }: Choice,
): Promise<Found> {
  try {
    const home = injector.refOf('', fault.kind).namespace ?? '';
    const other = fault.spec.target as { readonly selector?: unknown } | undefined;
    const select = (selector: unknown) =>
      selectPods(pods, pods instanceof PredictedPods ? anywhere(selector) : selector, home);
    const candidates = await select(fault.spec.selector);
    const peerCandidates = other === undefined ? [] : await select(other.selector);
    const { plan, refusals } = planFault({ fault, blastRadius, seed, candidates, peerCandidates, judgeNode });
    if (plan === null) return { ...NOTHING, refusals };
    return {
      ...NOTHING,
      targets: plan.touched.filter((pod) => plan.targets.some(({ uid }) => uid === pod.uid)),
      peers: plan.peers,
      touched: plan.touched,
    };
  } catch (error: unknown) {
    return { ...NOTHING, refusals: [messageOf(error)] };
  }
}

/** Nobody knows yet on which nodes pods will be that are not there. */
function anywhere(selector: unknown): unknown {
  const { nodes: _nodes, ...rest } = (selector ?? {}) as Readonly<Record<string, unknown>>;
  return rest;
}

function plannedPod({ namespace, name, node }: PodTarget): PlannedPod {
  return { namespace, name, node: node === UNSCHEDULED ? null : node };
}

interface BudgetSpec {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

async function effectsOf(
  objects: readonly KubeObject[],
  targets: readonly PodTarget[],
  pods: Pick<Kube, 'list'>,
): Promise<ScenarioPlan['disruptionBudgets']> {
  const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget');
  const effects = await Promise.all(budgets.map((budget) => effectOf(budget, targets, pods)));
  return effects.filter((effect) => effect !== null);
}

async function liveBudgets(targets: readonly PodTarget[], kube: Kube): Promise<KubeObject[]> {
  const namespaces = [...new Set(targets.map(({ namespace }) => namespace))];
  const query = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' };
  return (await Promise.all(namespaces.map((namespace) => kube.list({ ...query, namespace })))).flat();
}

async function effectOf({ metadata, spec }: KubeObject, targets: readonly PodTarget[], pods: Pick<Kube, 'list'>) {
  const { name, namespace = 'default' } = metadata;
  const { minAvailable = null, maxUnavailable = null, selector } = (spec ?? {}) as BudgetSpec;
  const labelSelector = Object.entries(selector?.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const covered = targets.filter((pod) => pod.namespace === namespace && matchesQuery(pod.labels, labelSelector));
  if (covered.length === 0) return null;
  const expected = (await pods.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector })).length;
  const budget: DisruptionBudget = { namespace, name, minAvailable, maxUnavailable, expected, healthy: expected };
  return { namespace, name, effect: disruptionSentence(budget, covered.length) };
}
