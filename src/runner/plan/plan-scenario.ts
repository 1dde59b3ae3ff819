import { LABELS } from '../../../healer/src/names.ts';
import type { PodTarget } from '../../experiment/evidence/evidence.ts';
import type { KubeObject } from '../../ports/kube.ts';
import { shortFaultWords } from '../../scenario/faults/fault-words.ts';
import { type Fault, ownEndMs } from '../../scenario/model/fault.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { judgeNodes } from '../cluster/pods.ts';
import { unmetRequirement } from '../steps/requirements.ts';
import { type BudgetEffect, effectsOf, liveBudgets } from './plan-budgets.ts';
import { type PlanPorts, predictFaults } from './plan-targets.ts';
import { PredictedPods, UNSCHEDULED } from './predicted-pods.ts';

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
  readonly disruptionBudgets: readonly BudgetEffect[];
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

/** A cluster that is not there yet. */
export const NO_CLUSTER: PlanPorts['kube'] = { get: async () => null, list: async () => [] };

/** Reads the cluster and changes nothing. Whatever a run would refuse is in `refusals`. */
export async function planScenario(scenario: Scenario, given: PlanPorts, seed: number): Promise<ScenarioPlan> {
  const isFresh = scenario.cluster === 'fresh';
  const ports = isFresh ? { ...given, kube: NO_CLUSTER } : given;
  const manifests = await manifestsOf(scenario, ports);
  const namespaces = manifests.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  const [judges, skippedBecause, taken] = await Promise.all([
    judgeNodes(ports.kube),
    isFresh ? null : unmetRequirement(scenario, ports),
    isFresh ? [] : takenNamespaces(namespaces, ports.kube),
  ]);
  const arePredicted = scenario.workload !== null;
  const pods = arePredicted ? new PredictedPods(manifests, judges) : ports.kube;
  const { kube, injector } = ports;
  const found = await predictFaults({ scenario, pods, arePredicted, kube, injector, seed, judgeNodes: judges });
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

async function manifestsOf({ workload }: Scenario, { workloads }: PlanPorts): Promise<readonly KubeObject[]> {
  if (workload === null) return [];
  return ((await workloads.load(workload)) as readonly (KubeObject | null)[]).filter((object) => object !== null);
}

function describeFault(fault: Fault): ScenarioPlan['fault'] {
  return { type: fault.type, kind: shortFaultWords(fault), durationMs: ownEndMs(fault) };
}

/** A namespace that is there already is either left over or somebody else's; a run refuses both. */
async function takenNamespaces(namespaces: readonly string[], kube: PlanPorts['kube']): Promise<string[]> {
  const found = await Promise.all(namespaces.map((name) => kube.get({ apiVersion: 'v1', kind: 'Namespace', name })));
  return found.flatMap((namespace) => {
    if (namespace === null) return [];
    const owner = namespace.metadata.labels?.[LABELS.run];
    const whose = owner === undefined ? 'was not made by healproof' : `belongs to run ${owner}`;
    return [`namespace ${namespace.metadata.name} exists already and ${whose}`];
  });
}

function plannedPod({ namespace, name, node }: PodTarget): PlannedPod {
  return { namespace, name, node: node === UNSCHEDULED ? null : node };
}
