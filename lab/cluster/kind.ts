import type { Run } from '../../src/adapters/process/command.ts';
import type { Docker } from './docker.ts';

const DELETE_MS = 120_000;
const LOAD_MS = 180_000;

export interface CreateOptions {
  readonly cluster: string;
  readonly image: string;
  readonly configFile: string;
  readonly kubeconfig: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** kind through its command line. */
export class Kind {
  readonly #run: Run;
  readonly #program: string;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(run: Run, program: string, docker: Docker) {
    this.#run = run;
    this.#program = program;
    this.#env = { ...docker.env, KIND_EXPERIMENTAL_PROVIDER: 'docker', KUBECONFIG: undefined };
  }

  /** Returns when the control plane answers and all nodes have joined; they may not be Ready yet. */
  async create({ cluster, image, configFile, kubeconfig, timeoutMs, signal, onLine }: CreateOptions): Promise<void> {
    const args = ['create', 'cluster', '--name', cluster, '--image', image];
    args.push('--config', configFile, '--kubeconfig', kubeconfig, '--wait', '0s');
    await this.#run(this.#program, args, {
      env: this.#env,
      timeoutMs,
      signal,
      onLine,
      hint: 'Nothing of it is kept. `healproof doctor` shows what this machine lacks.',
    });
  }

  async remove(cluster: string, kubeconfig: string): Promise<void> {
    const args = ['delete', 'cluster', '--name', cluster, '--kubeconfig', kubeconfig];
    await this.#run(this.#program, args, { env: this.#env, timeoutMs: DELETE_MS });
  }

  /** Brings the images of an archive onto every node that runs. */
  async loadArchive(cluster: string, archive: string, signal: AbortSignal): Promise<void> {
    const args = ['load', 'image-archive', archive, '--name', cluster];
    await this.#run(this.#program, args, { env: this.#env, timeoutMs: LOAD_MS, signal });
  }
}
