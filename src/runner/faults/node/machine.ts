import type { RunnerPorts } from '../../../ports/runner-ports.ts';
import type { NodeFault } from '../../../scenario/model/fault.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { Undoable } from '../../undo/undo-stack.ts';
import { guardedWay, RETURN_MS } from './guarded-way.ts';

export const reachesMachine = ({ machines }: RunnerPorts, node: string): boolean => machines.reaches(node);

export async function isPaused({ machines }: RunnerPorts, node: string): Promise<boolean> {
  return (await machines.state(node)).paused;
}

/** @param settle puts right what waking leaves as the fault made it. */
export async function protectMachine(
  context: RunContext,
  { durationMs }: NodeFault,
  node: string,
  settle?: (restartPolicy: string) => Promise<void>,
): Promise<Undoable> {
  const { machines } = context.ports;
  const { restartPolicy } = await machines.state(node);
  return guardedWay(context, node, {
    what: `bring node ${node} back`,
    fact: { op: 'wake', node, restartPolicy },
    async back() {
      await machines.wake(node);
      await settle?.(restartPolicy);
    },
    arm: () => machines.armDeadMan(node, durationMs ?? RETURN_MS),
  });
}
