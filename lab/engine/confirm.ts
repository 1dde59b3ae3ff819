import { createInterface } from 'node:readline/promises';

/** Asks a yes-or-no question where somebody can answer it. */
export type Confirm = (question: string) => Promise<boolean>;

/**
 * Asks on the terminal. Counts as yes without asking where HEALPROOF_YES=1 or CI is set, or where there is no terminal:
 * then the caller has said what it is about to do.
 */
export const confirmOnTerminal: Confirm = async (question) => {
  const { HEALPROOF_YES, CI } = process.env;
  if (HEALPROOF_YES === '1' || (CI !== undefined && CI !== '') || process.stdin.isTTY !== true) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
};
