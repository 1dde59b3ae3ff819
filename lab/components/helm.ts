import type { Run } from '../../src/adapters/process/command.ts';

const HELM_MS = 180_000;

export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly valuesFile: string;
  readonly set: Readonly<Record<string, string>>;
}

/** Helm through its command line, with a kubeconfig of its own. */
export class Helm {
  readonly #run: Run;
  readonly #program: string;
  readonly #kubeconfig: string;

  constructor(run: Run, program: string, kubeconfig: string) {
    this.#run = run;
    this.#program = program;
    this.#kubeconfig = kubeconfig;
  }

  /** Installs or upgrades without waiting for pods; a release left half-way by a killed helm is removed first. */
  async ensure(release: Release, signal: AbortSignal): Promise<void> {
    const { name, namespace, chart, valuesFile, set } = release;
    const status = await this.#statusOf(name, namespace, signal);
    if (status !== null && status !== 'deployed') {
      await this.#helm(
        ['uninstall', name, '--namespace', namespace, '--no-hooks', '--wait', '--timeout', '60s'],
        signal,
      );
    }
    const values = Object.entries(set).flatMap(([key, value]) => ['--set-string', `${key}=${value}`]);
    const args = ['upgrade', '--install', name, chart, '--namespace', namespace, '--create-namespace'];
    await this.#helm([...args, '--values', valuesFile, ...values], signal);
  }

  async #statusOf(name: string, namespace: string, signal: AbortSignal): Promise<string | null> {
    const args = ['list', '--all', '--namespace', namespace, '--filter', `^${name}$`, '--output', 'json'];
    const releases = JSON.parse(await this.#helm(args, signal)) as { readonly status: string }[];
    return releases[0]?.status ?? null;
  }

  async #helm(args: readonly string[], signal: AbortSignal): Promise<string> {
    const env = { KUBECONFIG: this.#kubeconfig, HELM_NAMESPACE: undefined, HELM_KUBECONTEXT: undefined };
    return (await this.#run(this.#program, args, { env, timeoutMs: HELM_MS, signal })).stdout;
  }
}
