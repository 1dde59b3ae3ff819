import { isPaused, protectMachine, reachesMachine } from './machine.ts';
import type { NodeActionRun } from './node-action-run.ts';

export const pause: NodeActionRun = {
  isByApiServer: false,
  reaches: reachesMachine,
  protect: protectMachine,
  act: ({ ports }, node) => ports.machines.pause(node),
  stands: isPaused,
};
