import { AssertionError } from 'node:assert';
import { outcomeOf } from '../experiment/result/exit-code.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';
import { outcomeMessage } from '../ports/outcome-message.ts';

/** What could not be found out, or was left behind. Not an assertion: Allure and JUnit must tell the two apart. */
export class UndecidedError extends Error {
  override readonly name: string = 'Undecided';
}

/** Gives a test the outcome of its run: returns for a pass, skips, throws AssertionError for a refuted claim. */
export function giveOutcome(record: RunRecord, skip: (reason: string) => never): void {
  switch (outcomeOf(record)) {
    case 'pass':
      return;
    case 'skipped':
      skip(record.skippedBecause ?? 'skipped');
      return;
    case 'fail':
      throw withStack(new AssertionError({ message: outcomeMessage(record) }));
    case 'inconclusive':
    case 'leak':
      throw withStack(new UndecidedError(outcomeMessage(record)));
  }
}

/** Where in healproof the error was made tells a reader nothing. */
function withStack<E extends Error>(error: E): E {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
