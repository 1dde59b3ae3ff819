import { isPaused, protectMachine, reachesMachine } from './machine.ts';
import type { NodeActionRun } from './node-action-run.ts';

export const reboot: NodeActionRun = {
  isByApiServer: false,
  reaches: reachesMachine,
  protect: (context, fault, node) =>
    protectMachine(context, fault, node, (policy) => context.ports.machines.setRestartPolicy(node, policy)),
  async act({ ports: { machines } }, node) {
    // kind lets a node fail once only: a second reboot would leave it stopped.
    await machines.setRestartPolicy(node, 'unless-stopped');
    await machines.reboot(node);
  },
  stands: isPaused,
};
