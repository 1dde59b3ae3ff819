import type { NodeFault } from '../../../scenario/fault.ts';
import type { RunnerPorts } from '../../ports.ts';
import type { RunContext } from '../../run-context.ts';
import type { Undoable } from '../../ways-back.ts';
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
