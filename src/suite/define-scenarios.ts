import { resolve } from 'node:path';
import { getGlobalTestRuntime } from 'allure-js-commons/sdk/runtime';
import { afterAll, beforeAll, test } from 'vitest';
import { allureMessages } from '../adapters/allure/messages.ts';
import { shownFolder } from '../adapters/allure/shown-folder.ts';
import type { PutAway } from '../adapters/evidence/run-folder.ts';
import { CLEAN_UP_MS, testTimeoutOf } from './deadline.ts';
import { type Listener, openListener } from './listener.ts';
import { repetitionsOf, testNameOf } from './planned-repetition.ts';
import { loadRuntimeModule, ScenarioExecutor } from './scenario-executor.ts';
import type { ScenarioPluginOptions } from './scenario-plugin.ts';
import { DEFAULT_RUNTIME_MODULE, type SuiteFile } from './suite-file.ts';
import { giveOutcome } from './test-outcome.ts';
import { finishedRun } from './views.ts';

/** Declares a test for every scenario of a file: what a scenario file is turned into in a user's own Vitest project. */
export async function defineScenarios(file: string, options: ScenarioPluginOptions = {}): Promise<void> {
  const suite = await suiteOf(file, options.runtimeModule ?? DEFAULT_RUNTIME_MODULE);
  let listener: Listener;
  let executor: ScenarioExecutor;
  beforeAll(async () => {
    listener = await openListener(suite.socketPath);
    executor = new ScenarioExecutor(suite, listener);
  });
  afterAll(async () => {
    await executor[Symbol.asyncDispose]();
    await listener[Symbol.asyncDispose]();
  }, CLEAN_UP_MS);
  for (const scenario of suite.scenarios) {
    for (const planned of repetitionsOf(scenario, suite)) {
      test(testNameOf(scenario, planned), { timeout: testTimeoutOf(scenario), retry: 0 }, async ({ skip }) => {
        if (executor.isDecided(scenario, planned)) skip('not needed: the runs before have decided');
        const run = await executor.perform(scenario, planned);
        listener.onRun(run);
        await tellAllure(run);
        giveOutcome(run.record, (reason) => skip(reason));
      });
    }
  }
}

/** Without healproof's own command: compile here, write beside the project, run with the defaults. */
async function suiteOf(file: string, runtimeModule: string): Promise<SuiteFile> {
  const { compileFile } = await loadRuntimeModule(runtimeModule);
  const root = process.cwd();
  return {
    version: 1,
    root,
    scenarios: await compileFile(file),
    outputDir: resolve(root, 'reports'),
    socketPath: null,
    runtimeModule,
    healer: 'on',
    seed: null,
    keep: false,
    repeat: null,
    earlier: {},
  };
}

/** Steps carry the times at which they happened, which the public functions of Allure cannot say. */
async function tellAllure(run: PutAway): Promise<void> {
  const runtime = getGlobalTestRuntime();
  if (!('sendMessage' in runtime) || typeof runtime.sendMessage !== 'function') return;
  const messages = allureMessages(run.record, await shownFolder(finishedRun(run)));
  for (const message of messages) await runtime.sendMessage(message);
}
