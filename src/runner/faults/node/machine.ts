import type { DeadMan } from '../../../ports/node-machines.ts';
import type { NodeFault } from '../../../scenario/fault.ts';
import type { RunnerPorts } from '../../ports.ts';
import type { RunContext } from '../../run-context.ts';
import type { Undoable } from '../../ways-back.ts';
import { together } from '../shared/prepared.ts';
import { untilReady } from './node-ready.ts';

/** A node that went away must have had the time to come back by itself before somebody else starts it. */
const RETURN_MS = 60_000;

export const reachesMachine = ({ machines }: RunnerPorts, node: string): boolean => machines.reaches(node);

export async function isPaused({ machines }: RunnerPorts, node: string): Promise<boolean> {
  return (await machines.state(node)).paused;
}

/**
 * The dead-man process comes after the way back of our own, and before the fault.
 * @param settle puts right what waking leaves as the fault made it.
 */
export async function protectMachine(
  context: RunContext,
  { durationMs }: NodeFault,
  node: string,
  settle?: (restartPolicy: string) => Promise<void>,
): Promise<Undoable> {
  const { machines } = context.ports;
  const { restartPolicy } = await machines.state(node);
  const armed: DeadMan[] = [];
  const undoable = context.ways.undoHere(`bring node ${node} back`, async (signal) => {
    await machines.wake(node);
    for (const deadMan of armed.splice(0)) await deadMan.disarm();
    await settle?.(restartPolicy);
    await untilReady(context, node, signal);
  });
  context.recorder.fact('undo', { op: 'wake', node, restartPolicy });
  armed.push(await machines.armDeadMan(node, durationMs ?? RETURN_MS));
  return together([undoable]);
}
