import { isPaused, protectMachine, reachesMachine } from './machine.ts';
import type { NodeActionRun } from './node-action-run.ts';

export const restart: NodeActionRun = {
  isByApiServer: false,
  reaches: reachesMachine,
  protect: protectMachine,
  act: ({ ports }, node) => ports.machines.restart(node),
  stands: isPaused,
};
