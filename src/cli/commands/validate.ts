import type { Config } from '../../config.ts';
import { annotateIssues } from '../github-actions.ts';
import { validateReport } from '../output/validate-report.ts';
import { compileProject } from '../selection.ts';

/** Checks files without a cluster: every problem as `file:line:column`, as JSON or as SARIF. */
export async function validate(config: Config, paths: readonly string[], format: string | null): Promise<number> {
  const compiled = await compileProject(config, paths);
  process.stdout.write(validateReport(compiled, format));
  annotateIssues(compiled.issues);
  return compiled.issues.length === 0 ? 0 : 2;
}
