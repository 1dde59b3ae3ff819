import { messageOf, PreflightError } from '../../errors.ts';
import type { Leak } from '../../experiment/evidence/evidence.ts';
import { type PlanResult, planFault } from '../../experiment/fault/plan.ts';
import type { RunnerPorts } from '../../ports/runner-ports.ts';
import { chaosKind, otherSideOf } from '../../scenario/faults/chaos-mesh/kinds/chaos-kinds.ts';
import type { ChaosMeshFault } from '../../scenario/model/fault.ts';
import type { BlastRadius } from '../../scenario/model/scenario.ts';
import { judgeNodes } from '../cluster/pods.ts';
import { selectPods } from '../cluster/select-pods.ts';
import type { LiveFault } from '../run/live-fault.ts';
import type { RunContext } from '../run/run-context.ts';
import { type Draw, type FaultRunner, type Foresight, NOTHING, type Prediction } from './shared/fault-runner.ts';
import { refused } from './shared/must-fit.ts';
import type { PreparedFault } from './shared/prepared.ts';

/** Chaos Mesh injects it and takes it back with its object. */
export const chaosMesh: FaultRunner<ChaosMeshFault> = {
  preflight: mustKnowKind,
  predict,
  prepare,
  leftovers,
};

async function mustKnowKind({ kind }: ChaosMeshFault, { kube }: RunnerPorts): Promise<void> {
  const name = `${kind.toLowerCase()}.chaos-mesh.org`;
  const crd = await kube.get({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name });
  if (crd === null) throw new PreflightError(`the cluster's Chaos Mesh knows no ${kind}`);
}

async function predict(fault: ChaosMeshFault, foresight: Foresight): Promise<Prediction> {
  try {
    const { plan, refusals } = await resolve(fault, foresight.scenario.blastRadius, foresight);
    if (plan === null) return { ...NOTHING, refusals };
    const { peers, touched } = plan;
    const targets = touched.filter((pod) => plan.targets.some(({ uid }) => uid === pod.uid));
    return { ...NOTHING, targets, peers, touched };
  } catch (error: unknown) {
    return { ...NOTHING, refusals: [messageOf(error)] };
  }
}

async function prepare(context: RunContext, fault: ChaosMeshFault, { seed, objectId }: Draw): Promise<PreparedFault> {
  const { kube, injector } = context.ports;
  const judges = await judgeNodes(kube);
  const among = { pods: kube, arePredicted: false, injector, seed, judgeNodes: judges };
  const { plan, refusals } = await resolve(fault, context.scenario.blastRadius, among);
  if (plan === null) throw refused(refusals);
  const ref = injector.refOf(objectId, fault.kind);
  const targets = [...plan.targets, ...plan.peers].map(({ namespace, name, uid }) => ({ namespace, name, uid }));
  return {
    fault,
    plan,
    protect: () => context.undoStack.undoLater({ op: 'delete', ref, waitGone: true, isFault: true, targets }),
    inject: () => injector.inject(context.runId, ref, plan.spec),
    observe: () => injector.observe(ref),
  };
}

type Among = Pick<Foresight, 'pods' | 'arePredicted' | 'injector' | 'seed' | 'judgeNodes'>;

/** Resolves the fault to exact pods by the seed. */
async function resolve(
  fault: ChaosMeshFault,
  blastRadius: BlastRadius,
  { pods, arePredicted, injector, seed, judgeNodes: judges }: Among,
): Promise<PlanResult> {
  const home = injector.refOf('', fault.kind).namespace ?? '';
  const other = otherSideOf(fault.kind, fault.spec);
  const select = (selector: unknown) => selectPods(pods, arePredicted ? anywhere(selector) : selector, home);
  const [candidates, peerCandidates] = await Promise.all([
    select(fault.spec.selector),
    other === null ? [] : select(other.selector),
  ]);
  return planFault({ fault, blastRadius, seed, candidates, peerCandidates, judgeNodes: judges });
}

/** What a pod is only given once it is there. */
const UNFORESEEN: ReadonlySet<string> = new Set(['metadata.name', 'spec.nodeName', 'status.podIP']);

/** Nobody knows yet on which nodes pods will be that are not there. */
function anywhere(selector: unknown): unknown {
  const { nodes: _nodes, nodeSelectors: _labels, ...rest } = (selector ?? {}) as Readonly<Record<string, unknown>>;
  const fields = Object.entries(rest.fieldSelectors ?? {}).filter(([field]) => !UNFORESEEN.has(field));
  return { ...rest, fieldSelectors: Object.fromEntries(fields) };
}

async function leftovers(context: RunContext, live: LiveFault): Promise<Leak[]> {
  return chaosKind(live.plan.kind)?.leavesRules === true ? rulesLeft(context, live) : [];
}

/** Network rules outlive a fault whose finalizer was forced; the witness that saw them come must see them gone. */
async function rulesLeft({ ports }: RunContext, { witness, plan }: LiveFault): Promise<Leak[]> {
  if (witness === null) return [];
  const alive = await Promise.all(
    plan.targets.map(async ({ namespace, name, uid }) => {
      const pod = await ports.kube.get({ apiVersion: 'v1', kind: 'Pod', namespace, name });
      return pod?.metadata.uid === uid && pod.metadata.deletionTimestamp === undefined ? [uid] : [];
    }),
  );
  const uids = new Set(alive.flat());
  if (uids.size === 0) return [];
  const readings = await witness.look(AbortSignal.timeout(10_000));
  return readings
    .filter((reading) => uids.has(reading.targetUid) && reading.bitten === true)
    .map((reading) => ({ what: `network rules in pod ${reading.targetUid}`, detail: reading.observation }));
}
