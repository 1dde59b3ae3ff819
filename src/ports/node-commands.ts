import type { NodeAction } from '../scenario/model/fault.ts';
import type { DeadMan } from './node-machines.ts';

/** A user's own way of doing something to a node; each a program and its arguments, in which `{node}` stands for the name. */
export interface NodeCommand {
  readonly do: readonly string[];
  /** Brings the node back, also where there is nothing to bring back. */
  readonly undo: readonly string[];
  /** Exit code 0 while it stands, 1 where it does not; null for what happens once or what the cluster itself shows. */
  readonly check: readonly string[] | null;
}

/** What a command said, as far as it may be kept. */
export interface CommandReport {
  /** As it could be pasted into a shell. */
  readonly command: string;
  readonly output: string;
  readonly durationMs: number;
}

/** Commands for nodes that are no containers of our engine. */
export interface NodeCommands {
  /** What is run for this action instead of asking the engine, or null. */
  of(action: NodeAction): NodeCommand | null;
  /** @throws FaultError with the output where it fails or takes too long. */
  run(action: NodeAction, part: 'do' | 'undo', node: string): Promise<CommandReport>;
  /** What `check` says now. @throws FaultError where it says neither. */
  stands(action: NodeAction, node: string): Promise<boolean>;
  /** Undoes `afterMs` from now, or at once when this process is gone. */
  armDeadMan(action: NodeAction, node: string, afterMs: number): Promise<DeadMan>;
}
