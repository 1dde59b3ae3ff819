import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { messageOf } from '../../errors.ts';
import type { Reporter, RunEvent } from '../../ports/reporter.ts';
import { redactJson } from './redact.ts';

/**
 * Append-only JSON lines, numbered from 0. Every line has left the process before `onEvent` returns, so that a killed run can be told from
 * it; lines that begin or end something are also on the disk.
 */
export class Journal implements Reporter {
  readonly #file: number;
  #failure: string | null = null;
  #closed = false;
  #lines = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'ax', 0o644);
  }

  /** What kept a line from being written, if anything did: then the evidence is not complete. */
  get failure(): string | null {
    return this.#failure;
  }

  onEvent(event: RunEvent): void {
    if (this.#closed) return;
    try {
      writeSync(this.#file, `${redactJson({ n: this.#lines, ...event })}\n`);
      this.#lines += 1;
      if (event.type !== 'fact' && event.type !== 'note') fdatasyncSync(this.#file);
    } catch (error: unknown) {
      this.#failure ??= messageOf(error);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }
}
