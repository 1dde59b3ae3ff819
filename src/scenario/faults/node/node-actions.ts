import type { NodeAction } from '../../model/fault.ts';
import { drain } from './drain.ts';
import type { NodeActionKind } from './node-action.ts';
import { pause } from './pause.ts';
import { reboot } from './reboot.ts';
import { restart } from './restart.ts';
import { stopKubelet } from './stop-kubelet.ts';

/** Everything that can be done to a node. */
export const NODE_ACTION_KINDS: Readonly<Record<NodeAction, NodeActionKind>> = {
  pause,
  restart,
  reboot,
  drain,
  stopKubelet,
};
