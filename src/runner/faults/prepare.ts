import { blastRadiusRefusals } from '../../experiment/blast-radius.ts';
import { type Fault, type SingleFault, stepsOf } from '../../scenario/fault.ts';
import { judgeNodes } from '../pods.ts';
import type { RunContext } from '../run-context.ts';
import { prepareChaosMesh, refused } from './chaos-mesh.ts';
import { prepareHelm } from './helm.ts';
import { prepareKubernetes } from './kubernetes.ts';
import { prepareNode } from './node.ts';
import type { PreparedFault } from './prepared.ts';

/** So that faults of one kind in a sequence draw apart from one another. */
const STEP_STREAM = 0x85ebca6b;

/**
 * Resolves every fault to exact objects before the first is put in; together they must fit into the blast radius.
 * @throws FaultError with every reason for which they may not be injected.
 */
export async function prepareFaults(context: RunContext, fault: Fault): Promise<PreparedFault[]> {
  const prepared: PreparedFault[] = [];
  for (const [index, step] of stepsOf(fault).entries()) prepared.push(await prepareFault(context, step.fault, index));
  if (prepared.length > 1) await mustFitTogether(context, prepared);
  return prepared;
}

async function mustFitTogether({ ports, scenario }: RunContext, prepared: readonly PreparedFault[]): Promise<void> {
  const pods = prepared.flatMap(({ plan }) => plan.touched);
  const nodes = prepared.flatMap(({ plan }) => plan.nodes);
  const judgeNode = (await judgeNodes(ports.kube))[0] ?? '';
  const refusals = blastRadiusRefusals({ pods, nodes }, scenario.blastRadius, judgeNode);
  if (refusals.length > 0) throw refused(refusals);
}

async function prepareFault(context: RunContext, fault: SingleFault, index: number): Promise<PreparedFault> {
  const seed = (context.seed ^ Math.imul(index, STEP_STREAM)) >>> 0;
  switch (fault.type) {
    case 'chaosMesh':
      return prepareChaosMesh(context, fault, seed, index === 0 ? context.runId : `${context.runId}-${index + 1}`);
    case 'kubernetes':
      return prepareKubernetes(context, fault, seed);
    case 'helm':
      return prepareHelm(context, fault, seed);
    case 'node':
      return prepareNode(context, fault, seed);
  }
}
