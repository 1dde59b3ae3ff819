import { spawn } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isAbsent } from '../absent.ts';
import { redact } from '../adapters/evidence/redact.ts';
import { SUITE_VARIABLE } from './channel/protocol.ts';

const MAIN = fileURLToPath(new URL('./suite-main.mjs', import.meta.url));

/** It waits nearly all of its time, so it need not let its young generation grow to be quick. */
const FRUGAL = ['--max-semi-space-size=1'] as const;

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The process that a suite runs in: a group of its own, so that a Ctrl-C in the terminal does not reach it. */
export class SuiteChild {
  readonly #pid: number | undefined;
  readonly #logFile: string;
  /** Rejects when the process could not even be started. */
  readonly ended: Promise<ChildEnd>;

  private constructor(pid: number | undefined, logFile: string, ended: Promise<ChildEnd>) {
    this.#pid = pid;
    this.#logFile = logFile;
    this.ended = ended;
  }

  static async start(
    suiteFile: string,
    options: { readonly cwd: string; readonly logFile: string },
  ): Promise<SuiteChild> {
    const log = await open(options.logFile, 'w');
    const child = spawn(process.execPath, [...FRUGAL, MAIN], {
      cwd: options.cwd,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { ...process.env, [SUITE_VARIABLE]: suiteFile },
    });
    const { promise, resolve, reject } = Promise.withResolvers<ChildEnd>();
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
    await log.close();
    return new SuiteChild(child.pid, options.logFile, promise);
  }

  /** Ends the process and all it started, at once. */
  kill(): void {
    if (this.#pid === undefined) return;
    try {
      process.kill(-this.#pid, 'SIGKILL');
    } catch (error: unknown) {
      if (!isAbsent(error)) throw error;
    }
  }

  /** Whatever the process printed is kept beside the evidence, so nothing may be in it that may not be there. */
  async redactLog(): Promise<void> {
    await writeFile(this.#logFile, redact(await readFile(this.#logFile, 'utf8')));
  }

  async lastWords(lines = 15): Promise<string> {
    return (await readFile(this.#logFile, 'utf8')).trimEnd().split('\n').slice(-lines).join('\n');
  }
}
