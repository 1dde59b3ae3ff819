import type { Config } from '../../config.ts';
import { formatIssue } from '../../errors.ts';
import type { GivenParams } from '../../scenario/params.ts';
import { checkParamsUsed, compileProject } from '../selection.ts';

/** Checks files without a cluster: every problem as `file:line:column`. */
export async function validate(config: Config, paths: readonly string[], params: GivenParams): Promise<number> {
  const { scenarios, issues } = await compileProject(config, paths, params);
  if (issues.length === 0) checkParamsUsed(scenarios, params);
  for (const issue of issues) process.stdout.write(`${formatIssue(issue)}\n`);
  process.stdout.write(
    issues.length === 0 ? `${scenarios.length} scenarios are valid\n` : `${issues.length} problems\n`,
  );
  return issues.length === 0 ? 0 : 2;
}
