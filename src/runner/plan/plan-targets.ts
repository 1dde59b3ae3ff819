import { messageOf } from '../../errors.ts';
import type { PodTarget } from '../../experiment/evidence/evidence.ts';
import { distinctPods } from '../../experiment/fault/blast-radius.ts';
import { planFault } from '../../experiment/fault/plan.ts';
import type { Kube, KubeObject } from '../../ports/kube.ts';
import type { RunnerPorts } from '../../ports/runner-ports.ts';
import { type ChaosMeshFault, type NodeFault, type SingleFault, stepsOf } from '../../scenario/model/fault.ts';
import { faultWords } from '../../scenario/model/fault-words.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { selectPods } from '../cluster/select-pods.ts';
import { candidateNodes } from '../faults/node-choice.ts';
import { PredictedPods } from './predicted-pods.ts';

/** As much of the world as a plan looks at. */
export interface PlanPorts extends Pick<RunnerPorts, 'nodes' | 'workloads'> {
  readonly kube: Pick<Kube, 'get' | 'list'>;
  readonly injector: Pick<RunnerPorts['injector'], 'refOf'>;
}

/** What was found of a fault before it is injected. */
export interface Found {
  readonly targets: readonly PodTarget[];
  readonly peers: readonly PodTarget[];
  readonly touched: readonly PodTarget[];
  readonly changes: readonly string[];
  readonly refusals: readonly string[];
}

const NOTHING: Found = { targets: [], peers: [], touched: [], changes: [], refusals: [] };

/** What decides which of the matching pods or nodes are hit. */
interface Choice {
  readonly seed: number;
  readonly judgeNodes: readonly string[];
}

/** All that a scenario's fault would hit or change, in all its steps. */
export async function resolveTargets(
  scenario: Scenario,
  pods: Pick<Kube, 'list'>,
  ports: PlanPorts,
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
  ports: PlanPorts,
  choice: Choice,
): Promise<Found> {
  switch (fault.type) {
    case 'chaosMesh':
      return resolvePods(fault, scenario, pods, ports, choice);
    case 'node':
      if (scenario.cluster === 'fresh')
        return { ...NOTHING, changes: [`${fault.action} one of its workers, drawn by the seed`] };
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

/** A condition on pods that run on the node is only told: the run may have to make those pods first. */
async function nodeWords(
  { action, node }: NodeFault,
  kube: PlanPorts['kube'],
): Promise<Pick<Found, 'changes' | 'refusals'>> {
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
  { injector }: PlanPorts,
  { seed, judgeNodes: judges }: Choice,
): Promise<Found> {
  try {
    const home = injector.refOf('', fault.kind).namespace ?? '';
    const other = fault.spec.target as { readonly selector?: unknown } | undefined;
    const select = (selector: unknown) =>
      selectPods(pods, pods instanceof PredictedPods ? anywhere(selector) : selector, home);
    const candidates = await select(fault.spec.selector);
    const peerCandidates = other === undefined ? [] : await select(other.selector);
    const { plan, refusals } = planFault({ fault, blastRadius, seed, candidates, peerCandidates, judgeNodes: judges });
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

/** Without the condition on nodes: pods that do not exist yet are on none. */
function anywhere(selector: unknown): unknown {
  const { nodes: _nodes, ...rest } = (selector ?? {}) as Readonly<Record<string, unknown>>;
  return rest;
}
