import { type Plan, planFault } from '../../experiment/plan.ts';
import type { ChaosMeshFault } from '../../scenario/fault.ts';
import { otherSideOf } from '../../scenario/faults/chaos-mesh/chaos-kinds.ts';
import { judgeNodes } from '../pods.ts';
import type { RunContext } from '../run-context.ts';
import { selectPods } from '../select-pods.ts';
import { refused } from './must-fit.ts';
import type { PreparedFault } from './prepared.ts';

/** Resolves the fault to exact pods by the seed; `objectId` names the experiment's object. */
export async function prepareChaosMesh(
  context: RunContext,
  fault: ChaosMeshFault,
  seed: number,
  objectId: string,
): Promise<PreparedFault> {
  const { injector } = context.ports;
  const plan = await resolveTargets(context, fault, seed);
  const ref = injector.refOf(objectId, fault.kind);
  const targets = [...plan.targets, ...plan.peers].map(({ namespace, name, uid }) => ({ namespace, name, uid }));
  return {
    fault,
    plan,
    protect: () => context.ways.undoLater({ op: 'delete', ref, waitGone: true, isFault: true, targets }),
    inject: () => injector.inject(context.runId, ref, plan.spec),
    observe: () => injector.observe(ref),
  };
}

/** @throws FaultError with every reason for which this fault may not be injected. */
async function resolveTargets({ scenario, ports }: RunContext, fault: ChaosMeshFault, seed: number): Promise<Plan> {
  const home = ports.injector.refOf('', fault.kind).namespace ?? '';
  const other = otherSideOf(fault.kind, fault.spec);
  const [candidates, peerCandidates, judges] = await Promise.all([
    selectPods(ports.kube, fault.spec.selector, home),
    other === null ? [] : selectPods(ports.kube, other.selector, home),
    judgeNodes(ports.kube),
  ]);
  const { blastRadius } = scenario;
  const { plan, refusals } = planFault({ fault, blastRadius, seed, candidates, peerCandidates, judgeNodes: judges });
  if (plan === null) throw refused(refusals);
  return plan;
}
