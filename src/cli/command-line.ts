import { CommanderError } from 'commander';
import { ScenarioError } from '../errors.ts';
import type { StopSignal } from '../suite/trap-signals.ts';
import { failureCode, failureText } from './failure.ts';
import { annotateIssues } from './output/github-actions.ts';
import { type CommandOutcome, createProgram } from './program.ts';

/** Runs one command line to its exit code; the only place that prints errors. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const outcome: CommandOutcome = { exitCode: 0 };
  const stop = new AbortController();
  let stoppedBy: StopSignal | null = null;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // A second one ends the process at once.
    process.once(signal, () => {
      stoppedBy = signal;
      stop.abort(new Error(`stopped by ${signal}`));
    });
  }
  try {
    await createProgram(outcome, stop.signal).parseAsync([...argv]);
    return outcome.exitCode;
  } catch (error: unknown) {
    // Commander has said itself what is wrong.
    if (!(error instanceof CommanderError)) process.stderr.write(`${failureText(error, argv.includes('--verbose'))}\n`);
    if (error instanceof ScenarioError) annotateIssues(error.issues);
    return failureCode(error, stoppedBy);
  }
}
