import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Config } from '../../config/config.ts';
import { ScenarioError, UsageError } from '../../errors.ts';
import { REPO_ROOT } from '../../installation.ts';
import { DNS_LABEL } from '../../scenario/model/kubernetes-names.ts';
import { type ScaffoldChoices, scaffold } from '../scaffold/scaffold.ts';
import { templateOf } from '../scaffold/scaffold-faults.ts';
import { compileProject } from '../workbench/selection.ts';

/** Writes a scenario to begin with beside the others. What is there already stays as it is. */
export async function newScenario(config: Config, choices: Omit<ScaffoldChoices, 'schema'>): Promise<number> {
  const { name } = choices;
  checkNames(choices);
  if (templateOf(choices.fault).needsWorkload === true && choices.workload === null)
    throw new UsageError(`--fault ${choices.fault} needs --workload: only a workload has a release to upgrade`);
  const path = join(config.projectDir, 'scenarios', `${name}.yaml`);
  const schema = relative(dirname(path), join(REPO_ROOT, 'schema', 'scenario.schema.json'));
  await mkdir(dirname(path), { recursive: true });
  await writeNew(path, scaffold({ ...choices, schema }));
  const shown = relative(process.cwd(), path);
  process.stdout.write(`${shown}\n`);
  const { issues } = await compileProject(config, [path]);
  if (issues.length > 0) throw new ScenarioError(issues);
  process.stderr.write(`Written. Next: npx healproof plan ${shown}\n`);
  return 0;
}

/** Each of them is written into the file as it stands, and the name of the scenario is that of the file. */
function checkNames({ name, namespace, app, from, workload, steadyStates }: Omit<ScaffoldChoices, 'schema'>): void {
  const names = [name, namespace, app, from, ...(workload === null ? [] : [workload]), ...steadyStates];
  const wrong = names.find((each) => !DNS_LABEL.test(each));
  if (wrong !== undefined)
    throw new UsageError(`${wrong} is no name: use lower-case letters, digits and dashes, at most 63`);
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error: unknown) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UsageError(`${path} is there already`, { hint: 'Choose another name, or edit that file.', cause: error });
  }
}
