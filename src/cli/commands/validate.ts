import type { Config } from '../../config/config.ts';
import { UsageError } from '../../errors.ts';
import type { GivenParams } from '../../scenario/schema/params.ts';
import { annotateIssues } from '../output/github-actions.ts';
import { ISSUE_FORMATS } from '../output/issue-formats.ts';
import { openCluster } from '../workbench/cluster.ts';
import { checkParamsUsed, compileProject } from '../workbench/selection.ts';
import type { Workbench } from '../workbench/workbench.ts';

export interface ValidateOptions {
  readonly paths: readonly string[];
  readonly params: GivenParams;
  readonly format: string | null;
}

/** Checks files without a cluster: every problem as `file:line:column`, as JSON or as SARIF. */
export async function validate(config: Config, options: ValidateOptions): Promise<number> {
  const { paths, params, format } = options;
  const compiled = await compileProject(config, paths, params);
  if (compiled.issues.length === 0) checkParamsUsed(compiled.scenarios, params);
  const write = await ISSUE_FORMATS.get(format ?? 'text')?.();
  if (write === undefined) throw new UsageError(`there is no format ${format}`);
  process.stdout.write(write(compiled));
  annotateIssues(compiled.issues);
  return compiled.issues.length === 0 ? 0 : 2;
}

/** Asks Prometheus about every expression as well: are there series, are they scraped, is it one sample? */
export async function validateLive(bench: Workbench, options: ValidateOptions): Promise<number> {
  const { config, signal } = bench;
  const { paths, params } = options;
  const exitCode = await validate(config, options);
  if (exitCode !== 0) return exitCode;
  const { scenarios } = await compileProject(config, paths, params);
  const { composeRunner } = await import('../../compose/compose.ts');
  const { liveFindings, queriesOf, witnessQueriesOf } = await import('../../runner/probing/live-check.ts');
  const ports = composeRunner(await openCluster(bench, []));
  const out = options.format === 'json' || options.format === 'sarif' ? process.stderr : process.stdout;
  let doubts = 0;
  for (const scenario of scenarios) {
    const queries = [...queriesOf(scenario), ...witnessQueriesOf(scenario)];
    for (const { name, message } of await liveFindings(ports, queries, ports.clock.now(), signal)) {
      doubts += 1;
      out.write(`${scenario.file} ${scenario.name}: ${name}: ${message}\n`);
    }
  }
  out.write(
    doubts === 0
      ? 'every expression has an answer now\n'
      : `${doubts} doubts; a workload that is not running has no series\n`,
  );
  return doubts === 0 ? 0 : 3;
}
