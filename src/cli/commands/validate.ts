import { accessOf } from '../../cluster-access.ts';
import { composeRunner } from '../../compose.ts';
import type { Config } from '../../config.ts';
import { formatIssue } from '../../errors.ts';
import { claimOf } from '../../experiment/repetition.ts';
import { fewestRuns } from '../../experiment/statistics.ts';
import { liveFindings, queriesOf } from '../../runner/live-check.ts';
import type { GivenParams } from '../../scenario/params.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { checkParamsUsed, compileProject } from '../selection.ts';
import type { Workbench } from '../workbench.ts';

/** Checks files without a cluster: every problem as `file:line:column`. */
export async function validate(config: Config, paths: readonly string[], params: GivenParams): Promise<number> {
  const { scenarios, issues } = await compileProject(config, paths, params);
  if (issues.length === 0) checkParamsUsed(scenarios, params);
  for (const issue of issues) process.stdout.write(`${formatIssue(issue)}\n`);
  process.stdout.write(
    issues.length === 0 ? `${scenarios.length} scenarios are valid\n` : `${issues.length} problems\n`,
  );
  for (const line of issues.length === 0 ? neededRuns(scenarios) : []) process.stdout.write(`${line}\n`);
  return issues.length === 0 ? 0 : 2;
}

/** Asks the lab's Prometheus about every expression as well: are there series, are they scraped, is it one sample? */
export async function validateLive(
  { config, lab, signal }: Workbench,
  paths: readonly string[],
  params: GivenParams,
): Promise<number> {
  const exitCode = await validate(config, paths, params);
  if (exitCode !== 0) return exitCode;
  const { scenarios } = await compileProject(config, paths, params);
  const { metrics, clock } = composeRunner(accessOf(await lab.open(), config));
  let doubts = 0;
  for (const scenario of scenarios) {
    for (const { name, message } of await liveFindings(metrics, queriesOf(scenario), clock.now(), signal)) {
      doubts += 1;
      process.stdout.write(`${scenario.file} ${scenario.name}: ${name}: ${message}\n`);
    }
  }
  process.stdout.write(
    doubts === 0
      ? 'every expression has an answer now\n'
      : `${doubts} doubts; a workload that is not running has no series\n`,
  );
  return doubts === 0 ? 0 : 3;
}

/** What a claim over many runs costs. */
function neededRuns(scenarios: readonly Scenario[]): string[] {
  return scenarios.flatMap(({ name, repeat }) => {
    if (repeat?.kind !== 'percentile') return [];
    const { percentile, confidence } = repeat;
    const runs = fewestRuns(claimOf(repeat));
    return [
      `${name}: ${percentile} % of runs with ${confidence} % confidence takes at least ${runs} runs, all of which hold`,
    ];
  });
}
