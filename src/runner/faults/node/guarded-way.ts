import type { DeadMan } from '../../../ports/node-machines.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { Undoable } from '../../undo/undo-stack.ts';
import { untilReady } from './node-ready.ts';

/** A node that went away must have had the time to come back by itself before somebody else starts it. */
export const RETURN_MS = 60_000;

export interface WayBack {
  readonly what: string;
  /** What is written down of it before anything is changed. */
  readonly fact: Readonly<Record<string, unknown>>;
  back(): Promise<void>;
  /** Starts the process that goes this way when the run cannot. */
  arm(): Promise<DeadMan>;
}

/** A way back of a node that nobody in the cluster could go: the dead-man process comes after ours, and before the fault. */
export async function guardedWay(context: RunContext, node: string, way: WayBack): Promise<Undoable> {
  const armed: DeadMan[] = [];
  const undoable = context.undoStack.undoHere(way.what, async (signal) => {
    await way.back();
    for (const deadMan of armed.splice(0)) await deadMan.disarm();
    await untilReady(context, node, signal);
  });
  context.recorder.fact('undo', way.fact);
  armed.push(await way.arm());
  return undoable;
}
