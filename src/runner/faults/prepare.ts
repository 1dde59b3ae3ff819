import { type Fault, type SingleFault, stepsOf } from '../../scenario/model/fault.ts';
import type { RunContext } from '../run/run-context.ts';
import { runnerOf } from './fault-runners.ts';
import { mustFit } from './shared/must-fit.ts';
import type { PreparedFault } from './shared/prepared.ts';

/** So that faults of one kind in a sequence draw apart from one another. */
const STEP_STREAM = 0x85ebca6b;

/**
 * Resolves every fault to exact objects before the first is put in; together they must fit into the blast radius.
 * @throws FaultError with every reason for which they may not be injected.
 */
export async function prepareFaults(context: RunContext, fault: Fault): Promise<PreparedFault[]> {
  const prepared: PreparedFault[] = [];
  for (const [index, step] of stepsOf(fault).entries()) prepared.push(await prepareFault(context, step.fault, index));
  if (prepared.length > 1) {
    const pods = prepared.flatMap(({ plan }) => plan.touched);
    await mustFit(context, { pods, nodes: prepared.flatMap(({ plan }) => plan.nodes) });
  }
  return prepared;
}

function prepareFault(context: RunContext, fault: SingleFault, index: number): Promise<PreparedFault> {
  const seed = (context.seed ^ Math.imul(index, STEP_STREAM)) >>> 0;
  const objectId = index === 0 ? context.runId : `${context.runId}-${index + 1}`;
  return runnerOf(fault).prepare(context, fault, { seed, objectId });
}
