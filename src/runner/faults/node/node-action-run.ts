import type { RunnerPorts } from '../../../ports/runner-ports.ts';
import type { NodeFault } from '../../../scenario/model/fault.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { Undoable } from '../../undo/undo-stack.ts';

/** How one thing is done to a node for which the user gave no command of their own. */
export interface NodeActionRun {
  /** The API server does it and shows it, whoever else may be asked to. */
  readonly isByApiServer: boolean;
  /** Whether there is a way to do it to this node. */
  reaches(ports: RunnerPorts, node: string): boolean;
  /** Puts the way back in place, before anything is changed. */
  protect(context: RunContext, fault: NodeFault, node: string): Promise<Undoable>;
  act(context: RunContext, node: string): Promise<void>;
  /** Whether it stands now. */
  stands(ports: RunnerPorts, node: string): Promise<boolean>;
}
