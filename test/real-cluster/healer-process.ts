import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spawnBound } from '../fixtures/bound-process.ts';

const MAIN = fileURLToPath(new URL('../../healer/src/main.ts', import.meta.url));

interface LogLine {
  readonly msg?: string;
  readonly port?: number;
  readonly [more: string]: unknown;
}

/** The healer as it runs in a container, but as a process of this machine, in a process group of its own. */
export class HealerProcess {
  readonly lines: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  #complaints = '';

  /** `command` is what Node.js gets: the sources, or flags and a bundle of them. */
  constructor(environment: Readonly<Record<string, string>>, command: readonly string[] = [MAIN]) {
    const env = {
      PATH: process.env.PATH ?? '',
      PROMETHEUS_URL: 'http://127.0.0.1:9',
      HEALER_PORT: '0',
      ...environment,
    };
    this.#child = spawnBound(process.execPath, command, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exited = new Promise((resolve) => this.#child.once('exit', resolve));
    const { stdout, stderr } = this.#child;
    if (stdout !== null) createInterface({ input: stdout }).on('line', (line) => this.lines.push(parse(line)));
    stderr?.on('data', (piece: Buffer) => {
      this.#complaints += piece.toString();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Of its HTTP endpoints; undefined while it does not listen. */
  get port(): number | undefined {
    return this.lines.find(({ msg }) => msg === 'watching')?.port;
  }

  /** What it wrote to its standard error. */
  get complaints(): string {
    return this.#complaints;
  }

  /** Status and text of one of its endpoints; undefined while nothing answers within `timeoutMs`. */
  async get(path: string, timeoutMs = 1_000): Promise<{ status: number; text: string } | undefined> {
    if (this.port === undefined || !this.alive) return undefined;
    try {
      const response = await fetch(`http://127.0.0.1:${this.port}${path}`, { signal: AbortSignal.timeout(timeoutMs) });
      return { status: response.status, text: await response.text() };
    } catch {
      // Dying and frozen processes do not answer; that is what was asked.
      return undefined;
    }
  }

  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void {
    if (this.alive && this.#child.pid !== undefined) process.kill(-this.#child.pid, name);
  }

  /** The process alone, as a kubelet does it, and none of its children. */
  terminate(name: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): void {
    this.#child.kill(name);
  }

  /** Resolves with the exit code, null after a signal. */
  exit(): Promise<number | null> {
    return this.#exited;
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#exited;
  }
}

function parse(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { msg: line };
  }
}
