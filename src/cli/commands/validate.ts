import type { Config } from '../../config.ts';
import { formatIssue } from '../../errors.ts';
import { compileProject } from '../selection.ts';

/** Checks files without a cluster: every problem as `file:line:column`. */
export async function validate(config: Config, paths: readonly string[]): Promise<number> {
  const { scenarios, issues } = await compileProject(config, paths);
  for (const issue of issues) process.stdout.write(`${formatIssue(issue)}\n`);
  process.stdout.write(
    issues.length === 0 ? `${scenarios.length} scenarios are valid\n` : `${issues.length} problems\n`,
  );
  return issues.length === 0 ? 0 : 2;
}
