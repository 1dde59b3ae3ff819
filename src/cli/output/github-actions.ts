import { issueAnnotations } from '../../adapters/github/annotations.ts';
import type { Issue } from '../../errors.ts';

/** Marks problems in the files where they are. Nothing happens outside a workflow; stdout is left to the result. */
export function annotateIssues(issues: readonly Issue[], env: NodeJS.ProcessEnv = process.env): void {
  if (env.GITHUB_ACTIONS === 'true') process.stderr.write(issueAnnotations(issues));
}
