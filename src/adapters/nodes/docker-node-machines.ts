import { join } from 'node:path';
import { CommandError, FaultError } from '../../errors.ts';
import type { DeadMan, MachineState, NodeMachines } from '../../ports/node-machines.ts';
import { type CommandOptions, run } from '../process/command.ts';
import { endOrphan, startOrphan } from '../process/orphan.ts';
import { DEAD_MAN_NAME, DEAD_MAN_SCRIPT } from './dead-man.ts';
import type { DockerNodes } from './docker-node-shell.ts';

const TIMEOUT_MS = 60_000;
/** Seconds that a container gets to stop by itself before it is killed. */
const STOP_SECONDS = '5';

/** kind's nodes are containers: the engine can freeze, restart and wake them. */
export class DockerNodeMachines implements NodeMachines {
  readonly #nodes: DockerNodes;
  /** Where the dead-man processes write what they did. */
  readonly #logFolder: string;

  constructor(nodes: DockerNodes, logFolder: string) {
    this.#nodes = nodes;
    this.#logFolder = logFolder;
  }

  reaches(node: string): boolean {
    return this.#nodes.containers.has(node);
  }

  async state(node: string): Promise<MachineState> {
    const format =
      '{{.State.Running}} {{.State.Paused}} {{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}';
    const [running, paused, policy = ''] = (await this.#docker('inspect', '--format', format, node)).trim().split(' ');
    const isCounted = policy.startsWith('on-failure:');
    const restartPolicy = isCounted ? policy : (policy.split(':')[0] ?? 'no') || 'no';
    return { running: running === 'true', paused: paused === 'true', restartPolicy };
  }

  async pause(node: string): Promise<void> {
    await this.#docker('pause', node);
  }

  async restart(node: string): Promise<void> {
    await this.#docker('restart', '--time', STOP_SECONDS, node);
  }

  async reboot(node: string): Promise<void> {
    // In the background: the shell that asked would be killed by what it asked for.
    await this.#docker('exec', '--detach', node, 'systemctl', 'reboot', '--force');
  }

  async wake(node: string): Promise<void> {
    const { running, paused } = await this.state(node);
    if (paused) await this.#docker('unpause', node);
    if (!running) await this.#docker('start', node);
  }

  async setRestartPolicy(node: string, policy: string): Promise<void> {
    await this.#docker('update', `--restart=${policy}`, node);
  }

  async armDeadMan(node: string, afterMs: number, script = ''): Promise<DeadMan> {
    const { docker, dockerHost } = this.#nodes;
    const seconds = String(Math.ceil(afterMs / 1000) + 1);
    const pid = await startOrphan(run, {
      name: DEAD_MAN_NAME,
      script: DEAD_MAN_SCRIPT,
      args: [String(process.pid), seconds, docker, this.#containerOf(node), script],
      env: dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost },
      logFile: join(this.#logFolder, 'dead-man.log'),
      timeoutMs: TIMEOUT_MS,
    });
    return { disarm: () => endOrphan(pid, DEAD_MAN_NAME) };
  }

  #containerOf(node: string): string {
    return this.#nodes.containers.get(node) ?? node;
  }

  /** Runs a docker command whose arguments may name the node. @throws FaultError. */
  async #docker(...args: readonly string[]): Promise<string> {
    const { docker, dockerHost, containers } = this.#nodes;
    const options: CommandOptions = {
      timeoutMs: TIMEOUT_MS,
      ...(dockerHost === undefined ? {} : { env: { DOCKER_HOST: dockerHost } }),
    };
    try {
      return (
        await run(
          docker,
          args.map((arg) => containers.get(arg) ?? arg),
          options,
        )
      ).stdout;
    } catch (error: unknown) {
      if (!(error instanceof CommandError)) throw error;
      throw new FaultError(`the container engine refused: ${error.failure.output.trim()}`, { cause: error });
    }
  }
}
