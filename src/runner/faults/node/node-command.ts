import type { RunnerPorts } from '../../../ports/runner-ports.ts';
import { lastAfterMs, type NodeAction, type NodeFault } from '../../../scenario/model/fault.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { Undoable } from '../../undo/undo-stack.ts';
import { guardedWay } from './guarded-way.ts';

/** What ends with nothing but our undo is left alone by the dead man while the run can still be going on. */
const RUN_RESERVE_MS = 10 * 60_000;

/** Runs a command of the user's; what it said is in the journal, whatever comes of it. */
export async function runCommand(
  { ports, recorder }: RunContext,
  action: NodeAction,
  part: 'do' | 'undo',
  node: string,
): Promise<void> {
  try {
    recorder.fact('node-command', { action, part, node, ...(await ports.commands.run(action, part, node)) });
  } catch (error: unknown) {
    recorder.fact('node-command', { action, part, node, failed: String(error) });
    throw error;
  }
}

export function protectByCommand(context: RunContext, fault: NodeFault, node: string): Promise<Undoable> {
  const { action } = fault;
  const { commands } = context.ports;
  return guardedWay(context, node, {
    what: `bring node ${node} back by its own command`,
    fact: { op: 'command', node, command: commands.of(action)?.undo ?? [] },
    back: () => runCommand(context, action, 'undo', node),
    arm: () => commands.armDeadMan(action, node, fault.durationMs ?? longestMs(context)),
  });
}

function longestMs({ scenario: { recovery, fault } }: RunContext): number {
  return lastAfterMs(fault) + recovery.withinMs + recovery.stableForMs + RUN_RESERVE_MS;
}

/** By the user's check. What happens once never stands. */
export async function standsByCommand({ commands }: RunnerPorts, action: NodeAction, node: string): Promise<boolean> {
  const hasCheck = (commands.of(action)?.check ?? null) !== null;
  return hasCheck && (await commands.stands(action, node));
}
