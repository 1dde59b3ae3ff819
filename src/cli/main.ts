#!/usr/bin/env node
import { CommanderError } from 'commander';
import { CommandError, HarnessError, messageOf } from '../errors.ts';
import { createProgram, type Outcome } from './program.ts';

const USAGE_CODES: ReadonlySet<string> = new Set(['USAGE', 'SCENARIO_INVALID']);
const INTERRUPT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Runs one command line; the only place that prints errors and ends the process. */
async function main(argv: readonly string[]): Promise<number> {
  const outcome: Outcome = { exitCode: 0 };
  const stop = new AbortController();
  let stoppedBy: keyof typeof INTERRUPT_CODES | null = null;
  for (const signal of Object.keys(INTERRUPT_CODES) as (keyof typeof INTERRUPT_CODES)[]) {
    process.once(signal, () => {
      stoppedBy = signal;
      stop.abort(new Error(`stopped by ${signal}`));
    });
  }
  try {
    await createProgram(outcome, stop.signal).parseAsync([...argv]);
    return outcome.exitCode;
  } catch (error: unknown) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    print(error, argv.includes('--verbose'));
    if (stoppedBy !== null) return INTERRUPT_CODES[stoppedBy];
    return error instanceof HarnessError && USAGE_CODES.has(error.code) ? 2 : 3;
  }
}

/** The sentence, then what to do, then what the program that failed said; the stack only when asked for. */
function print(error: unknown, isVerbose: boolean): void {
  const lines = [messageOf(error)];
  if (error instanceof HarnessError && error.hint !== undefined) lines.push(error.hint);
  if (error instanceof CommandError) lines.push(error.failure.output);
  const isExpected = error instanceof HarnessError && error.code !== 'INTERNAL';
  if ((isVerbose || !isExpected) && error instanceof Error) lines.push(error.stack ?? '');
  process.stderr.write(`${lines.join('\n')}\n`);
}

process.exit(await main(process.argv));
