import pc from 'picocolors';
import type { RepetitionView } from '../../experiment/repetition/repetition-view.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import type { RunSummary } from '../../experiment/run-record/run-summary.ts';
import type { Reporter, RunEvent } from '../../ports/reporter.ts';
import { eventLine, type Line, repetitionLines, resultLines, runningLine, type Tone } from './lines.ts';
import { suiteLines } from './suite-lines.ts';

export interface ConsoleOptions {
  write(text: string): void;
  readonly colour: boolean;
  /** A terminal where a line can be written over; else every line is written once. */
  readonly live: boolean;
  now(): number;
  /** Columns of the terminal; a live line is cut there. */
  readonly columns: number;
}

/** What this terminal can do; `CI` and `NO_COLOR` mean plain lines. */
export function terminalOptions(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): ConsoleOptions {
  const isLive = stream.isTTY === true && !env.CI && env.TERM !== 'dumb';
  return {
    write: (text) => stream.write(text),
    colour: (isLive && !env.NO_COLOR) || (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0'),
    live: isLive && !env.NO_COLOR,
    now: Date.now,
    columns: stream.columns ?? 80,
  };
}

const REDRAW_MS = 250;
const ERASE_LINE = '\r\u001b[2K';

interface Running {
  readonly step: string;
  readonly startedAtMs: number;
  readonly message: string | undefined;
}

/** Prints a run as it happens: a line for every step that ended and, on a terminal, the one that is running. */
export class ConsoleReporter implements Reporter, Disposable {
  readonly #options: ConsoleOptions;
  readonly #paint: Readonly<Record<Tone, (text: string) => string>>;
  #running: Running | null = null;
  #redraw: NodeJS.Timeout | null = null;
  #isFirst = true;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    this.#paint = paintWith(options.colour);
  }

  onEvent(event: RunEvent): void {
    const startedAtMs = event.type === 'step-ended' ? (this.#running?.startedAtMs ?? null) : null;
    if (event.type === 'run-started') this.#blank();
    if (event.type === 'step-started') this.#begin(event.step, event.atMs, event.message);
    if (event.type === 'step-ended') this.#running = null;
    const line = eventLine(event, startedAtMs);
    if (line !== null) this.#print(line);
  }

  /** The run is put away: its verdict, phases and folder. */
  onResult(record: RunRecord, where: { readonly dir: string; readonly head: string }): void {
    this.#running = null;
    for (const line of resultLines(record, where)) this.#print(line);
  }

  /** What several runs of a scenario say together. */
  onRepetition(repetition: RepetitionView): void {
    for (const line of repetitionLines(repetition)) this.#print(line);
  }

  /** All runs of a suite at one glance, where there were several. */
  onSuite(runs: readonly RunSummary[]): void {
    if (runs.length > 1) for (const line of suiteLines(runs)) this.#print(line);
  }

  /** Something about the suite as a whole, e.g. that it is being stopped. */
  say(text: string, tone: Tone = 'plain'): void {
    this.#print([{ text, tone }]);
  }

  [Symbol.dispose](): void {
    this.#running = null;
    this.#stopDrawing();
    if (this.#options.live) this.#options.write(ERASE_LINE);
  }

  #blank(): void {
    if (!this.#isFirst) this.#print([]);
    this.#isFirst = false;
  }

  #begin(step: string, startedAtMs: number, message: string | undefined): void {
    this.#running = { step, startedAtMs, message };
    if (!this.#options.live) return;
    this.#redraw ??= setInterval(() => this.#draw(), REDRAW_MS).unref();
    this.#draw();
  }

  #print(line: Line): void {
    const { live, write } = this.#options;
    write(`${live ? ERASE_LINE : ''}${this.#render(line)}\n`);
    this.#draw();
  }

  #draw(): void {
    const { live, now, columns, write } = this.#options;
    if (this.#running === null) this.#stopDrawing();
    if (!live || this.#running === null) return;
    const { step, startedAtMs, message } = this.#running;
    const line = runningLine(step, Math.max(0, now() - startedAtMs), message);
    write(`${ERASE_LINE}${this.#render(cut(line, columns - 1))}`);
  }

  #stopDrawing(): void {
    if (this.#redraw !== null) clearInterval(this.#redraw);
    this.#redraw = null;
  }

  #render(line: Line): string {
    return line
      .filter(({ text }) => text !== '')
      .map(({ text, tone }) => this.#paint[tone](text))
      .join('')
      .trimEnd();
  }
}

function cut(line: Line, columns: number): Line {
  let left = columns;
  return line.map(({ text, tone }) => {
    const kept = text.slice(0, Math.max(0, left));
    left -= kept.length;
    return { text: kept, tone };
  });
}

function paintWith(colour: boolean): Readonly<Record<Tone, (text: string) => string>> {
  const { bold, dim, green, red, yellow } = pc.createColors(colour);
  return { plain: String, strong: bold, dim, good: green, bad: red, doubt: yellow };
}
