import { redact } from '../adapters/evidence/redact.ts';
import { messageOf } from '../errors.ts';
import type { UnmadeRun } from '../ports/result-writer.ts';
import type { Scenario } from '../scenario/model/scenario.ts';
import { testTimeoutOf, within } from './deadline.ts';
import type { Listener } from './listener.ts';
import { type PlannedRepetition, repetitionsOf, testNameOf } from './planned-repetition.ts';
import { RESULT_WRITERS } from './result-writers.ts';
import type { ScenarioExecutor } from './scenario-executor.ts';
import type { SuiteFile } from './suite-file.ts';
import { finishedRun } from './views.ts';

interface Parts {
  readonly suite: SuiteFile;
  readonly executor: ScenarioExecutor;
  readonly listener: Listener;
}

/** Makes every run of a suite that is still wanted when its turn comes; what goes wrong with one does not keep the next. */
export async function runAll(parts: Parts): Promise<void> {
  for (const scenario of parts.suite.scenarios) {
    for (const planned of repetitionsOf(scenario, parts.suite)) await runOne(scenario, planned, parts);
  }
}

async function runOne(scenario: Scenario, planned: PlannedRepetition, parts: Parts): Promise<void> {
  const { suite, executor, listener } = parts;
  const name = testNameOf(scenario, planned);
  try {
    if (listener.signal.aborted) await tellUnmade({ scenario, name, error: null }, suite);
    else if (!executor.isDecided(scenario, planned)) await make(scenario, planned, parts);
  } catch (error: unknown) {
    listener.onProblem(`${name}: ${messageOf(error)}`);
    await tellUnmade({ scenario, name, error: shown(error) }, suite);
  }
}

/** The results are written before anybody hears of them: whoever listens may be gone. */
async function make(scenario: Scenario, planned: PlannedRepetition, parts: Parts): Promise<void> {
  const { suite, executor, listener } = parts;
  const run = await within(testTimeoutOf(scenario), executor.perform(scenario, planned));
  for (const writer of RESULT_WRITERS) await writer.writeRun?.(finishedRun(run), suite.outputDir);
  listener.onRun(run);
}

async function tellUnmade(unmade: UnmadeRun, { outputDir }: SuiteFile): Promise<void> {
  for (const writer of RESULT_WRITERS) await writer.writeUnmadeRun?.(unmade, outputDir);
}

/** Goes into files, so nothing may be in it that may not be there. */
function shown(error: unknown): UnmadeRun['error'] {
  const message = redact(messageOf(error));
  return { message, trace: error instanceof Error ? redact(error.stack ?? '') : message };
}
