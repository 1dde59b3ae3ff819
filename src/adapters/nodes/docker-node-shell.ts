import { CommandError } from '../../errors.ts';
import type { NodeShell, ShellAnswer } from '../../ports/node-shell.ts';
import { type CommandOptions, run } from '../process/command.ts';

const TIMEOUT_MS = 20_000;

export interface DockerNodes {
  readonly docker: string;
  readonly dockerHost: string | undefined;
  /** Container of each node, by node name. */
  readonly containers: ReadonlyMap<string, string>;
}

/** kind's nodes are containers: the engine gives a root shell in them, also with the API server gone. */
export class DockerNodeShell implements NodeShell {
  readonly #nodes: DockerNodes;

  constructor(nodes: DockerNodes) {
    this.#nodes = nodes;
  }

  reaches(node: string): boolean {
    return this.#nodes.containers.has(node);
  }

  async run(node: string, script: string, signal?: AbortSignal): Promise<ShellAnswer> {
    const { docker, dockerHost, containers } = this.#nodes;
    const options: CommandOptions = {
      input: script,
      timeoutMs: TIMEOUT_MS,
      ...(dockerHost === undefined ? {} : { env: { DOCKER_HOST: dockerHost } }),
      ...(signal === undefined ? {} : { signal }),
    };
    try {
      const { stdout, stderr } = await run(docker, ['exec', '-i', containers.get(node) ?? node, 'bash', '-s'], options);
      return { exitCode: 0, stdout, stderr };
    } catch (error: unknown) {
      // 125 to 127 come from docker itself: the script never ran.
      const code = error instanceof CommandError ? error.failure.exitCode : null;
      if (!(error instanceof CommandError) || code === null || code >= 125) throw error;
      return { exitCode: code, stdout: '', stderr: error.failure.output };
    }
  }
}
