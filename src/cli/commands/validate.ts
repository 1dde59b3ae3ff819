import type { Config } from '../../config.ts';
import { formatIssue } from '../../errors.ts';
import { claimOf } from '../../experiment/repetition.ts';
import { fewestRuns } from '../../experiment/statistics.ts';
import type { GivenParams } from '../../scenario/params.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { checkParamsUsed, compileProject } from '../selection.ts';

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
