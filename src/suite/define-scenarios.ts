import { resolve } from 'node:path';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import { getGlobalTestRuntime } from 'allure-js-commons/sdk/runtime';
import { afterAll, beforeAll, test } from 'vitest';
import { turnText } from '../adapters/allure/messages.ts';
import { NOT_NEEDED } from '../adapters/allure/results.ts';
import type { Scenario } from '../scenario/model/scenario.ts';
import { CLEAN_UP_MS, testTimeoutOf } from './deadline.ts';
import { type Listener, openListener } from './listener.ts';
import { type Trial, trialsOf } from './repetitions.ts';
import { Conductor, loadRuntimeModule, messagesFor } from './scenario-executor.ts';
import type { ScenarioPluginOptions } from './scenario-plugin.ts';
import { DEFAULT_RUNTIME_MODULE, fileOf, readSuiteFile, type SuiteFile } from './suite-file.ts';
import { settle } from './test-outcome.ts';

/** Declares a test for every scenario of a file; this is what a scenario file is turned into. */
export async function defineScenarios(file: string, options: ScenarioPluginOptions = {}): Promise<void> {
  const suite = readSuiteFile() ?? (await ownProject(file, options.runtimeModule ?? DEFAULT_RUNTIME_MODULE));
  const scenarios = suite.scenarios.filter((scenario) => fileOf(scenario, suite.root) === file);
  let listener: Listener;
  let conductor: Conductor;
  beforeAll(async () => {
    listener = await openListener(suite.socketPath);
    conductor = new Conductor(suite, listener);
  });
  afterAll(async () => {
    await conductor[Symbol.asyncDispose]();
    await listener[Symbol.asyncDispose]();
  }, CLEAN_UP_MS);
  for (const scenario of scenarios) {
    for (const trial of trialsOf(scenario, suite)) {
      test(testNameOf(scenario, trial), { timeout: testTimeoutOf(scenario), retry: 0 }, async ({ skip }) => {
        if (listener.signal.aborted) skip('the suite was stopped before this scenario began');
        if (trial.control === null && conductor.isDecided(scenario)) {
          await tellAllure([NOT_NEEDED]);
          skip('not needed: the runs before have decided');
        }
        const run = await conductor.perform(scenario, trial);
        await tellAllure(await messagesFor(suite, run));
        settle(run.record, (reason) => skip(reason));
      });
    }
  }
}

function testNameOf({ name, title }: Scenario, { turn, control }: Trial): string {
  return `${title === '' ? name : title}${turn === null ? '' : turnText(turn)}${control === null ? '' : ' (healer off)'}`;
}

/** Without healproof's own command: compile here, write beside the project, run with the defaults. */
async function ownProject(file: string, runtimeModule: string): Promise<SuiteFile> {
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
async function tellAllure(messages: readonly RuntimeMessage[]): Promise<void> {
  const runtime = getGlobalTestRuntime();
  if (!('sendMessage' in runtime) || typeof runtime.sendMessage !== 'function') return;
  for (const message of messages) await runtime.sendMessage(message);
}
