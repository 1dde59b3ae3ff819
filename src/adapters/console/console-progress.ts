import type { Progress, ProgressStep } from '../../ports/progress.ts';
import type { ConsoleOptions } from './console-reporter.ts';

const ERASE_LINE = '\r\u001b[2K';
/** On a log that cannot be written over, a line this often shows that work goes on. */
const REPEAT_MS = 15_000;

/** Shows long work as lines: one when it begins, one now and then while it lasts, one when it ends. */
export class ConsoleProgress implements Progress {
  readonly #options: ConsoleOptions;

  constructor(options: ConsoleOptions) {
    this.#options = options;
  }

  note(message: string): void {
    this.#options.write(`${message}\n`);
  }

  begin(title: string): ProgressStep {
    const { write, now, live, columns } = this.#options;
    const startedAtMs = now();
    let shownAtMs = startedAtMs;
    const elapsed = (): string => `${((now() - startedAtMs) / 1000).toFixed(0)} s`;
    const end = (message: string): void => write(`${live ? ERASE_LINE : ''}${message} (${elapsed()})\n`);
    write(live ? `… ${title}` : `… ${title}\n`);
    return {
      update: (message, leftSeconds) => {
        if (!live && now() - shownAtMs < REPEAT_MS) return;
        shownAtMs = now();
        const left = leftSeconds === undefined ? '' : `, about ${Math.ceil(leftSeconds)} s left`;
        const line = `… ${title}: ${message} (${elapsed()}${left})`;
        write(live ? `${ERASE_LINE}${line.slice(0, columns - 1)}` : `${line}\n`);
      },
      done: (message) => end(`✓ ${title}${message === undefined ? '' : `: ${message}`}`),
      failed: (message) => end(`✗ ${title}: ${message}`),
    };
  }
}
