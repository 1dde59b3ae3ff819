import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generateReport } from '../../adapters/allure/report.ts';
import { ConsoleReporter, terminalOptions } from '../../adapters/console/console-reporter.ts';
import { accessOf, type SuiteClusters } from '../../cluster-access.ts';
import { ScenarioError, UsageError } from '../../errors.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { runSuite, type SuiteResult } from '../../vitest/run-suite.ts';
import { DEFAULT_RUNTIME_MODULE } from '../../vitest/suite-file.ts';
import { checkParamsUsed, compileProject, type Selection, selectScenarios } from '../selection.ts';
import type { Workbench } from '../workbench.ts';

export interface RunCommandOptions extends Selection {
  readonly healer: 'on' | 'off';
  readonly seed: number | null;
  readonly keep: boolean;
  readonly output: string | null;
  readonly report: boolean;
  /** How often every scenario is run; null: as often as it says itself. */
  readonly repeat: number | null;
}

/** Compiles first, so that nothing is touched before every file is known to be right; then runs and reports. */
export async function runCommand(bench: Workbench, options: RunCommandOptions): Promise<number> {
  const { scenarios, issues } = await compileProject(bench.config, options.paths, options.params);
  if (issues.length > 0) throw new ScenarioError(issues);
  const chosen = selectScenarios(scenarios, options.tags);
  if (chosen.length === 0) throw new UsageError(nothingMatched(options));
  checkParamsUsed(chosen, options.params);
  const clusters = await clustersFor(bench, chosen);
  const outputDir = options.output === null ? bench.config.reportsDir : resolve(options.output);
  const result = await runIn(bench, chosen, { ...options, outputDir }, clusters);
  for (const problem of result.problems) bench.progress.note(problem);
  if (options.report && result.runs.length > 0) await report(bench, outputDir);
  return result.exitCode;
}

/** The lab is only needed by who runs there. @throws UsageError for a cluster that nobody has configured. */
async function clustersFor({ lab, config }: Workbench, scenarios: readonly Scenario[]): Promise<SuiteClusters> {
  const unknown = scenarios.find(({ cluster }) => cluster !== 'lab' && cluster !== 'fresh');
  if (unknown !== undefined)
    throw new UsageError(
      `${unknown.file}: ${unknown.name} wants the cluster ${unknown.cluster}, which is not configured`,
    );
  const needsLab = scenarios.some(({ cluster }) => cluster === 'lab');
  return { lab: needsLab ? accessOf(await lab.open(), config) : null, config };
}

async function runIn(
  { config }: Workbench,
  scenarios: readonly Scenario[],
  options: RunCommandOptions & { readonly outputDir: string },
  clusters: SuiteClusters,
): Promise<SuiteResult> {
  const { healer, seed, keep, repeat, outputDir } = options;
  using display = new ConsoleReporter(terminalOptions(process.stdout, process.env));
  const root = config.projectDir;
  return await runSuite(
    {
      root,
      scenarios,
      outputDir,
      runtimeModule: DEFAULT_RUNTIME_MODULE,
      runtimeConfig: clusters,
      healer,
      seed,
      keep,
      repeat,
    },
    display,
  );
}

async function report({ progress }: Workbench, outputDir: string): Promise<void> {
  const step = progress.begin('Writing the report');
  step.done(await generateReport(outputDir));
}

function nothingMatched({ paths, tags }: Selection): string {
  const where = paths.length === 0 ? 'scenarios/' : paths.join(', ');
  return tags.length === 0 ? `no scenario in ${where}` : `no scenario in ${where} has a tag of: ${tags.join(', ')}`;
}

/** The report of the newest suite, made anew. */
export async function reportCommand(bench: Workbench, options: { readonly output: string | null }): Promise<number> {
  const outputDir = options.output === null ? bench.config.reportsDir : resolve(options.output);
  if (!existsSync(join(outputDir, 'allure-results'))) throw new UsageError(`there are no results in ${outputDir}`);
  await report(bench, outputDir);
  return 0;
}
