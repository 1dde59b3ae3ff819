import { chaosKind, happensOnce, otherSideOf } from '../../scenario/faults/chaos-mesh/kinds/chaos-kinds.ts';
import type { ChaosMeshFault } from '../../scenario/model/fault.ts';
import type { BlastRadius } from '../../scenario/model/scenario.ts';
import type { PodTarget, Target } from '../evidence/evidence.ts';
import { blastRadiusRefusals, distinctPods } from './blast-radius.ts';
import { seededRandom } from './seeded-choice.ts';
import { type Chosen, choosePods } from './selection.ts';

export interface PlanRequest {
  readonly fault: ChaosMeshFault;
  readonly blastRadius: BlastRadius;
  readonly seed: number;
  /** Pods that `spec.selector` matches now. */
  readonly candidates: readonly PodTarget[];
  /** Pods that `spec.target.selector` matches now; empty for a fault without another side. */
  readonly peerCandidates: readonly PodTarget[];
  /** The nodes that no fault may hit. */
  readonly judgeNodes: readonly string[];
}

/** Exactly what will be hit, and the spec that hits exactly that. */
export interface Plan {
  readonly seed: number;
  readonly kind: string;
  /** What is done, exactly; for the report. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly targets: readonly Target[];
  /** The other side of a network fault; rules are written there too. */
  readonly peers: readonly PodTarget[];
  /** Pods that count against `maxPods`, each once. */
  readonly touched: readonly PodTarget[];
  /** Nodes that are hit as nodes. */
  readonly nodes: readonly string[];
}

export type PlanResult =
  | { readonly plan: Plan; readonly refusals: readonly [] }
  | { readonly plan: null; readonly refusals: readonly string[] };

/** Mixed into the seed for a network fault's other side: what is drawn there must not depend on how many were drawn here. */
const PEER_STREAM = 0x9e3779b9;

/** Resolves a fault to exact pods by the run's seed, or says everything that speaks against it. */
export function planFault(request: PlanRequest): PlanResult {
  const { fault, seed } = request;
  const early = unplannable(fault);
  if (early.length > 0) return { plan: null, refusals: early };
  const target = otherSideOf(fault.kind, fault.spec);
  const chosen = choosePods(request.candidates, sideOf(fault.spec), seededRandom(seed));
  const peers: Chosen =
    target === null
      ? { pods: [] }
      : choosePods(request.peerCandidates, sideOf(target), seededRandom(seed ^ PEER_STREAM));
  const refusals = [...refusalOf('selector', chosen), ...refusalOf('target', peers)];
  if ('refusal' in chosen || 'refusal' in peers) return { plan: null, refusals };
  return within(request, chosen.pods, peers.pods);
}

function within(request: PlanRequest, targets: readonly PodTarget[], peers: readonly PodTarget[]): PlanResult {
  const { fault, seed } = request;
  const touched = distinctPods([...targets, ...peers]);
  const nodes = nodesHit(fault, touched);
  const refusals = blastRadiusRefusals({ pods: touched, nodes }, request.blastRadius, request.judgeNodes);
  if (refusals.length > 0) return { plan: null, refusals };
  const spec = exactSpec(fault, targets, peers);
  return { plan: { seed, kind: fault.kind, spec, targets, peers, touched, nodes }, refusals: [] };
}

function unplannable(fault: ChaosMeshFault): string[] {
  const refusals: string[] = [];
  if (chaosKind(fault.kind) === null) refusals.push(`what ${fault.kind} would hit cannot be said beforehand`);
  if (fault.spec.remoteCluster !== undefined) refusals.push('a fault in a remote cluster cannot be watched from here');
  if (fault.durationMs === null && !happensOnce(fault.kind, fault.spec))
    refusals.push(`${fault.kind} lasts until it is taken back, so it needs a duration`);
  return refusals;
}

/** A kernel fault is injected into the kernel that all pods of the node share. */
function nodesHit(fault: ChaosMeshFault, pods: readonly PodTarget[]): string[] {
  return chaosKind(fault.kind)?.hitsNodes === true ? [...new Set(pods.map((pod) => pod.node))].sort() : [];
}

/** The spec with every selection replaced by the pods that were chosen. */
function exactSpec(
  { kind, spec }: ChaosMeshFault,
  targets: readonly PodTarget[],
  peers: readonly PodTarget[],
): Record<string, unknown> {
  const exact = exactSide(spec, targets);
  const target = otherSideOf(kind, spec);
  return target === null ? exact : { ...exact, target: exactSide(target, peers) };
}

function exactSide(side: Readonly<Record<string, unknown>>, pods: readonly PodTarget[]): Record<string, unknown> {
  const { value: _drawn, ...rest } = side;
  return { ...rest, mode: 'all', selector: { pods: namesByNamespace(pods) } };
}

function namesByNamespace(pods: readonly PodTarget[]): Record<string, string[]> {
  const names: Record<string, string[]> = {};
  for (const pod of pods) names[pod.namespace] = [...(names[pod.namespace] ?? []), pod.name];
  return names;
}

function sideOf(side: Readonly<Record<string, unknown>>): { readonly mode: unknown; readonly value: unknown } {
  return { mode: side.mode, value: side.value };
}

function refusalOf(side: string, chosen: Chosen): string[] {
  return 'refusal' in chosen ? [`${side}: ${chosen.refusal}`] : [];
}
