import type { NodeAction } from '../../../scenario/model/fault.ts';
import { drain } from './drain.ts';
import type { NodeActionRun } from './node-action-run.ts';
import { pause } from './pause.ts';
import { reboot } from './reboot.ts';
import { restart } from './restart.ts';
import { stopKubelet } from './stop-kubelet.ts';

export const NODE_ACTION_RUNS: Readonly<Record<NodeAction, NodeActionRun>> = {
  pause,
  restart,
  reboot,
  drain,
  stopKubelet,
};
