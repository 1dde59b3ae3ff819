import { join } from 'node:path';
import { CommandError, FaultError } from '../../errors.ts';
import type { CommandReport, NodeCommand, NodeCommands } from '../../ports/node-commands.ts';
import type { DeadMan } from '../../ports/node-machines.ts';
import type { NodeAction } from '../../scenario/model/fault.ts';
import { describeCommand, type Run } from '../process/command.ts';
import { endOrphan, startOrphan } from '../process/orphan.ts';
import { UNDO_DEAD_MAN_NAME, UNDO_DEAD_MAN_SCRIPT } from './undo-dead-man.ts';

export interface UserNodeCommandsOptions {
  readonly run: Run;
  readonly actions: Readonly<Partial<Record<NodeAction, NodeCommand | undefined>>>;
  /** Where they are run. */
  readonly folder: string;
  readonly deadlineMs: number;
  /** Where the dead-man processes write what they did. */
  readonly logFolder: string;
}

/** The exit code by which a check says no; any other is no answer. */
const STANDS_NOT = 1;
const START_MS = 30_000;

/** What a user gave as the way of doing something to a node of theirs. */
export class UserNodeCommands implements NodeCommands {
  readonly #options: UserNodeCommandsOptions;

  constructor(options: UserNodeCommandsOptions) {
    this.#options = options;
  }

  of(action: NodeAction): NodeCommand | null {
    return this.#options.actions[action] ?? null;
  }

  async run(action: NodeAction, part: 'do' | 'undo', node: string): Promise<CommandReport> {
    const words = this.#words(action, part, node);
    try {
      const { stdout, stderr, durationMs } = await this.#call(words);
      return { command: describe(words), output: `${stdout}${stderr}`.trim(), durationMs };
    } catch (error: unknown) {
      if (!(error instanceof CommandError)) throw error;
      throw refusal(action, part, error);
    }
  }

  async stands(action: NodeAction, node: string): Promise<boolean> {
    try {
      await this.#call(this.#words(action, 'check', node));
      return true;
    } catch (error: unknown) {
      if (!(error instanceof CommandError)) throw error;
      if (error.failure.exitCode === STANDS_NOT && error.details.timedOut !== true) return false;
      throw refusal(action, 'check', error);
    }
  }

  async armDeadMan(action: NodeAction, node: string, afterMs: number): Promise<DeadMan> {
    const { run, folder, logFolder, deadlineMs } = this.#options;
    const seconds = (ms: number): string => String(Math.ceil(ms / 1000) + 1);
    const undo = this.#words(action, 'undo', node);
    const pid = await startOrphan(run, {
      name: UNDO_DEAD_MAN_NAME,
      script: UNDO_DEAD_MAN_SCRIPT,
      args: [String(process.pid), seconds(afterMs), seconds(deadlineMs), ...undo],
      cwd: folder,
      env: {},
      logFile: join(logFolder, 'dead-man.log'),
      timeoutMs: START_MS,
    });
    return { disarm: () => endOrphan(pid, UNDO_DEAD_MAN_NAME) };
  }

  #words(action: NodeAction, part: keyof NodeCommand, node: string): readonly string[] {
    const words = this.of(action)?.[part] ?? null;
    if (words === null) throw new FaultError(`there is no command for ${action} (${part})`);
    return words.map((word) => word.replaceAll('{node}', node));
  }

  #call([program = '', ...args]: readonly string[]): ReturnType<Run> {
    const { run, folder, deadlineMs } = this.#options;
    return run(program, args, { cwd: folder, timeoutMs: deadlineMs });
  }
}

function describe([program = '', ...args]: readonly string[]): string {
  return describeCommand(program, args);
}

function refusal(action: NodeAction, part: keyof NodeCommand, error: CommandError): FaultError {
  const { exitCode, output } = error.failure;
  const end = error.details.timedOut === true ? error.hint : `ended with exit code ${exitCode}`;
  return new FaultError(`the command for ${action} (${part}) ${end}: ${output.trim()}`, { cause: error });
}
