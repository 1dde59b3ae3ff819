import type { DeadMan, MachineState, NodeMachines } from '../../src/ports/node-machines.ts';

/** Nodes as containers in memory, with a diary of what was asked of them. */
export class FakeMachines implements NodeMachines {
  readonly diary: string[] = [];
  readonly armed = new Set<string>();
  /** Says yes to everything and does nothing. */
  isIdle = false;
  readonly #states = new Map<string, MachineState>();
  readonly #withoutKubelet = new Set<string>();

  constructor(nodes: readonly string[]) {
    for (const node of nodes) this.#states.set(node, { running: true, paused: false, restartPolicy: 'on-failure:1' });
  }

  reaches(node: string): boolean {
    return this.#states.has(node);
  }

  async state(node: string): Promise<MachineState> {
    const state = this.#states.get(node);
    if (state === undefined) throw new Error(`no node ${node}`);
    return state;
  }

  async pause(node: string): Promise<void> {
    await this.#change('pause', node, { paused: true });
  }

  async restart(node: string): Promise<void> {
    await this.#change('restart', node, {});
  }

  async reboot(node: string): Promise<void> {
    await this.#change('reboot', node, {});
  }

  async wake(node: string): Promise<void> {
    await this.#change('wake', node, { running: true, paused: false });
  }

  /** As somebody in the node would do it; the engine knows nothing of kubelets. */
  setKubelet(node: string, isRunning: boolean): void {
    this.diary.push(`${isRunning ? 'start' : 'stop'} the kubelet of ${node}`);
    if (this.isIdle) return;
    if (isRunning) this.#withoutKubelet.delete(node);
    else this.#withoutKubelet.add(node);
  }

  hasKubelet(node: string): boolean {
    return !this.#withoutKubelet.has(node);
  }

  async setRestartPolicy(node: string, restartPolicy: string): Promise<void> {
    await this.#change(`restart policy ${restartPolicy} of`, node, { restartPolicy });
  }

  async armDeadMan(node: string, _afterMs: number, script?: string): Promise<DeadMan> {
    this.diary.push(script === undefined ? `arm ${node}` : `arm ${node} with ${script}`);
    this.armed.add(node);
    return { disarm: async () => void this.armed.delete(node) };
  }

  async #change(what: string, node: string, change: Partial<MachineState>): Promise<void> {
    this.diary.push(`${what} ${node}`);
    if (!this.isIdle) this.#states.set(node, { ...(await this.state(node)), ...change });
  }
}
