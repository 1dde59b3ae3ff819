import { CommandError, FaultError } from '../../../errors.ts';
import type { ShellAnswer } from '../../../ports/node-shell.ts';
import type { RunnerPorts } from '../../../ports/runner-ports.ts';
import type { NodeFault } from '../../../scenario/model/fault.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { Undoable } from '../../undo/undo-stack.ts';
import { guardedWay, RETURN_MS } from './guarded-way.ts';
import type { NodeActionRun } from './node-action-run.ts';

const STOP = 'systemctl stop kubelet';
const START = 'systemctl start kubelet';
const STATE = 'systemctl show --property=ActiveState --value kubelet';
const STOPPED: readonly string[] = ['inactive', 'failed'];

export const stopKubelet: NodeActionRun = {
  isByApiServer: false,
  // Through the shell it is done and undone; the dead man comes through the engine.
  reaches: ({ nodes, machines }, node) => nodes.reaches(node) && machines.reaches(node),
  protect,
  act: async ({ ports }, node) => void (await inside(ports, node, STOP)),
  async stands(ports, node) {
    const { stdout, stderr } = await inside(ports, node, STATE);
    if (stdout.trim() === '') throw new FaultError(`nothing is known of the kubelet of ${node}: ${stderr.trim()}`);
    return STOPPED.includes(stdout.trim());
  },
};

function protect(context: RunContext, { durationMs }: NodeFault, node: string): Promise<Undoable> {
  const { ports } = context;
  return guardedWay(context, node, {
    what: `start the kubelet of node ${node}`,
    fact: { op: 'start-kubelet', node },
    back: async () => void (await inside(ports, node, START)),
    arm: () => ports.machines.armDeadMan(node, durationMs ?? RETURN_MS, START),
  });
}

/** @throws FaultError where the command fails or the node cannot be entered. */
async function inside({ nodes }: RunnerPorts, node: string, command: string): Promise<ShellAnswer> {
  try {
    const answer = await nodes.run(node, command);
    if (answer.exitCode === 0) return answer;
    throw new FaultError(`${command} on node ${node} ended with exit code ${answer.exitCode}: ${answer.stderr.trim()}`);
  } catch (error: unknown) {
    if (!(error instanceof CommandError)) throw error;
    throw new FaultError(`node ${node} cannot be entered: ${error.message}`, { cause: error });
  }
}
