import { FaultError } from '../../src/errors.ts';
import type { CommandReport, NodeCommand, NodeCommands } from '../../src/ports/node-commands.ts';
import type { DeadMan } from '../../src/ports/node-machines.ts';
import type { NodeAction } from '../../src/scenario/model/fault.ts';
import type { FakeMachines } from './fake-machines.ts';

/** Commands of a user whose nodes are the machines given, with a diary of what was run. */
export class FakeNodeCommands implements NodeCommands {
  readonly diary: string[] = [];
  readonly armed = new Set<string>();
  /** Commands by action; none until a test gives some. */
  actions: Partial<Record<NodeAction, NodeCommand>> = {};
  /** Says yes to everything and does nothing. */
  isIdle = false;
  /** Every command fails with this. */
  failure: string | null = null;
  readonly #machines: FakeMachines;

  constructor(machines: FakeMachines) {
    this.#machines = machines;
  }

  of(action: NodeAction): NodeCommand | null {
    return this.actions[action] ?? null;
  }

  async run(action: NodeAction, part: 'do' | 'undo', node: string): Promise<CommandReport> {
    this.diary.push(`${part} ${action} ${node}`);
    if (this.failure !== null && part === 'do') throw new FaultError(this.failure);
    if (!this.isIdle) await this.#perform(action, part, node);
    return { command: `power ${action} ${node}`, output: 'done', durationMs: 1 };
  }

  async stands(action: NodeAction, node: string): Promise<boolean> {
    if (action === 'stopKubelet') return !this.#machines.hasKubelet(node);
    return (await this.#machines.state(node)).paused;
  }

  async armDeadMan(action: NodeAction, node: string): Promise<DeadMan> {
    this.diary.push(`arm ${action} ${node}`);
    this.armed.add(node);
    return { disarm: async () => void this.armed.delete(node) };
  }

  async #perform(action: NodeAction, part: 'do' | 'undo', node: string): Promise<void> {
    if (action === 'stopKubelet') this.#machines.setKubelet(node, part === 'undo');
    else if (part === 'undo') await this.#machines.wake(node);
    else if (action === 'pause') await this.#machines.pause(node);
    else await this.#machines.restart(node);
  }
}
