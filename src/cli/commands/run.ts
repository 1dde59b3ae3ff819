import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConsoleReporter, terminalOptions } from '../../adapters/console/console-reporter.ts';
import type { SuiteClusters } from '../../compose/cluster-access.ts';
import { ScenarioError, UsageError } from '../../errors.ts';
import { controlExpectation } from '../../experiment/result/control.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { runSuite, type SuiteResult } from '../../suite/run-suite.ts';
import { DEFAULT_RUNTIME_MODULE } from '../../suite/suite-file.ts';
import { reportedRuns, runReport } from '../output/run-report.ts';
import { openClusters } from '../workbench/cluster.ts';
import { chooseScenarios, type Selection } from '../workbench/selection.ts';
import type { Workbench } from '../workbench/workbench.ts';

export interface RunCommandOptions extends Selection {
  /** `compare`: with it, and then once without it. */
  readonly healer: 'on' | 'off' | 'compare';
  readonly seed: number | null;
  readonly keep: boolean;
  readonly output: string | null;
  readonly report: boolean;
  /** How often every scenario is run; null: as often as it says itself. */
  readonly repeat: number | null;
  /** `json`: progress goes to stderr, the result to stdout. */
  readonly format: string;
}

/** Compiles first, so that nothing is touched before every file is known to be right; then runs and reports. */
export async function runCommand(bench: Workbench, options: RunCommandOptions): Promise<number> {
  const { scenarios: chosen, issues } = await chooseScenarios(bench.config, options);
  if (issues.length > 0) throw new ScenarioError(issues);
  const clusters = await openClusters(bench, chosen);
  const outputDir = options.output === null ? bench.config.reportsDir : resolve(options.output);
  if (options.healer === 'compare') tellUncontrolled(bench, chosen);
  const result = await runIn(bench, chosen, { ...options, outputDir }, clusters);
  for (const problem of result.problems) bench.progress.note(problem);
  if (options.report && result.runs.length > 0) await report(bench, outputDir);
  if (options.format === 'json') process.stdout.write(runReport(result));
  return result.exitCode;
}

/** What has no control is said before anything runs. */
function tellUncontrolled({ progress }: Workbench, scenarios: readonly Scenario[]): void {
  for (const scenario of scenarios)
    if (controlExpectation(scenario) === null)
      progress.note(`${scenario.name}: no control run, as nothing is broken in it`);
}

async function runIn(
  { config }: Workbench,
  scenarios: readonly Scenario[],
  options: RunCommandOptions & { readonly outputDir: string },
  clusters: SuiteClusters,
): Promise<SuiteResult> {
  const { healer, seed, keep, repeat, outputDir, format } = options;
  const stream = format === 'json' ? process.stderr : process.stdout;
  using display = new ConsoleReporter(terminalOptions(stream, process.env));
  const root = config.projectDir;
  const result = await runSuite(
    {
      ...{ root, scenarios, outputDir, healer, seed, keep, repeat },
      runtimeModule: DEFAULT_RUNTIME_MODULE,
      runtimeConfig: clusters,
    },
    display,
  );
  display.onSuite(reportedRuns(result));
  return result;
}

async function report({ progress }: Workbench, outputDir: string): Promise<void> {
  const { generateReport } = await import('../../adapters/allure/report.ts');
  const step = progress.begin('Writing the report');
  step.done(await generateReport(outputDir));
}

/** The report of the newest suite, made anew. */
export async function reportCommand(bench: Workbench, options: { readonly output: string | null }): Promise<number> {
  const outputDir = options.output === null ? bench.config.reportsDir : resolve(options.output);
  if (!existsSync(join(outputDir, 'allure-results'))) throw new UsageError(`there are no results in ${outputDir}`);
  await report(bench, outputDir);
  return 0;
}
