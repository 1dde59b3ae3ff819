import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { spawnBound } from '../test/fixtures/bound-process.ts';

const GRACE_MS = 5_000;

/** A program in the background, with its output in a file; ended by its own id. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess;

  constructor(program: string, flags: readonly string[], logFile: string) {
    const log = openSync(logFile, 'a');
    this.#process = spawnBound(program, flags, { stdio: ['ignore', log, log] });
    closeSync(log);
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('the program did not start');
    return this.#process.pid;
  }

  get alive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.alive) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const last = setTimeout(() => this.#process.kill('SIGKILL'), GRACE_MS);
    await exited;
    clearTimeout(last);
  }
}
