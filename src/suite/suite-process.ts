import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { InternalError, messageOf } from '../errors.ts';
import { SUITE_VARIABLE } from './channel/protocol.ts';
import { type Listener, openListener } from './listener.ts';
import { runAll } from './run-all.ts';
import { ScenarioExecutor } from './scenario-executor.ts';
import { PRIVATE_PREFIX, readSuiteFile } from './suite-file.ts';

/** Everything that the process of a suite does, from its suite file to an end at which nothing of its own is left. */
export async function runSuiteProcess(): Promise<void> {
  try {
    const suite = readSuiteFile();
    if (suite?.socketPath == null) throw new InternalError('this process is started by healproof alone');
    await using listener = await openListener(suite.socketPath);
    using _stray = reportStrayErrors(listener);
    await using executor = new ScenarioExecutor(suite, listener);
    await runAll({ suite, executor, listener });
  } finally {
    await forgetSuite();
  }
}

/** An error that nobody waits for must not end a run in the middle of what it changes; it is told, and the suite is not green. */
function reportStrayErrors({ onProblem }: Pick<Listener, 'onProblem'>): Disposable {
  const report = (error: unknown): void => onProblem(`an error that nobody waited for: ${messageOf(error)}`);
  process.on('uncaughtException', report);
  return { [Symbol.dispose]: () => process.off('uncaughtException', report) };
}

/** Whoever started this suite may be gone by now; then nobody else removes its folder. */
async function forgetSuite(): Promise<void> {
  const folder = privateFolder();
  if (folder !== null) await rm(folder, { recursive: true, force: true });
}

/** The folder that was made for this suite alone. */
function privateFolder(): string | null {
  const path = process.env[SUITE_VARIABLE];
  if (path === undefined || !basename(dirname(path)).startsWith(PRIVATE_PREFIX)) return null;
  return dirname(path);
}
