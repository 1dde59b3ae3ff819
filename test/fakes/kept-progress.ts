import type { Progress, ProgressStep } from '../../src/ports/progress.ts';

/** Progress that keeps what it was told. */
export class KeptProgress implements Progress {
  readonly lines: string[] = [];

  begin(title: string): ProgressStep {
    this.lines.push(title);
    return {
      update: (message, leftSeconds) => void this.lines.push(`${message} (${leftSeconds ?? '?'} s left)`),
      done: (message = '') => void this.lines.push(`done ${message}`.trim()),
      failed: (message) => void this.lines.push(`failed ${message}`),
    };
  }

  note(message: string): void {
    this.lines.push(message);
  }
}
