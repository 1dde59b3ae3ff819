import { CommanderError } from 'commander';
import { CommandError, HarnessError, messageOf } from '../errors.ts';
import type { StopSignal } from '../suite/trap-signals.ts';

/** Pure: what a person is told: the sentence, what to do, what the program that failed said; the stack when it helps. */
export function failureText(error: unknown, isVerbose: boolean): string {
  const lines = [messageOf(error)];
  if (error instanceof HarnessError && error.hint !== undefined) lines.push(error.hint);
  const command = commandBehind(error);
  if (command !== null) lines.push(command.failure.output);
  const isExpected = error instanceof HarnessError && error.code !== 'INTERNAL';
  if ((isVerbose || !isExpected) && error instanceof Error) lines.push(stackOf(error));
  return lines.filter((line) => line !== '').join('\n');
}

/** Pure: 2 for usage and invalid files, 4 where something may be left behind, 3 for all that could not be found out. */
export function failureCode(error: unknown, stoppedBy: StopSignal | null): number {
  if (stoppedBy !== null) return stoppedBy === 'SIGINT' ? 130 : 143;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof HarnessError)) return 3;
  switch (error.code) {
    case 'USAGE':
    case 'SCENARIO_INVALID':
      return 2;
    case 'CLEANUP_FAILED':
      return 4;
    default:
      return 3;
  }
}

/** The program whose failure is at the bottom of it. */
function commandBehind(error: unknown): CommandError | null {
  if (error instanceof CommandError) return error;
  return error instanceof Error && error.cause !== undefined ? commandBehind(error.cause) : null;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${stackOf(error.cause)}` : '';
  return `${error.stack ?? ''}${cause}`;
}
