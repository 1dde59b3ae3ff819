import { spawn } from 'node:child_process';

/** How a run of helm ended. */
export interface HelmResult {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** What it said last on standard error, at most a few hundred characters. */
  readonly message: string;
}

export interface HelmOptions {
  readonly program: string;
  /** For hooks and the rest together, milliseconds. */
  readonly timeoutMs: number;
  /** Folder that helm may write its caches to. */
  readonly home: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface ReleaseAddress {
  readonly namespace: string;
  readonly release: string;
}

const GRACE_MS = 3_000;
const KEPT_CHARACTERS = 4_096;
const SHOWN_CHARACTERS = 400;
/** All that helm needs of our environment: how to find the cluster. Its credentials it reads from files. */
const PASSED_ON = ['PATH', 'KUBECONFIG', 'KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT'] as const;

/** Runs the helm program. Never rejects because of what helm did; rejects when it cannot be started. */
export class HelmCommand {
  readonly #options: HelmOptions;

  constructor(options: HelmOptions) {
    this.#options = options;
  }

  /** History is kept whole: the next upgrade of its user prunes it by the user's own limit. */
  rollback({ namespace, release }: ReleaseAddress, revision: number): Promise<HelmResult> {
    const timeout = `${Math.ceil(this.#options.timeoutMs / 1000)}s`;
    const args = ['rollback', release, String(revision), '--namespace', namespace];
    return this.#run([...args, '--timeout', timeout, '--history-max', '0']);
  }

  uninstall({ namespace, release }: ReleaseAddress): Promise<HelmResult> {
    const timeout = `${Math.ceil(this.#options.timeoutMs / 1000)}s`;
    return this.#run(['uninstall', release, '--namespace', namespace, '--timeout', timeout]);
  }

  #run(args: readonly string[]): Promise<HelmResult> {
    const { program, timeoutMs } = this.#options;
    const child = spawn(program, args, { env: this.#environment(), stdio: ['ignore', 'ignore', 'pipe'] });
    return new Promise((resolve, reject) => {
      let said = '';
      let timedOut = false;
      const last = setTimeout(() => child.kill('SIGKILL'), timeoutMs + GRACE_MS);
      const first = setTimeout(() => {
        timedOut = true;
        child.kill('SIGTERM');
      }, timeoutMs);
      const settle = (): void => {
        clearTimeout(first);
        clearTimeout(last);
      };
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        said = (said + chunk).slice(-KEPT_CHARACTERS);
      });
      child.once('error', (error) => {
        settle();
        reject(error);
      });
      child.once('close', (exitCode) => {
        settle();
        resolve({ exitCode, timedOut, message: lastWords(said) });
      });
    });
  }

  #environment(): Record<string, string> {
    const { home, environment = process.env } = this.#options;
    const passed = PASSED_ON.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const own = { HOME: home, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
    return { ...Object.fromEntries(passed), ...own };
  }
}

function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => line.startsWith('Error:')) ?? lines.at(-1) ?? '').slice(0, SHOWN_CHARACTERS);
}
