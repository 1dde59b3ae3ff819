import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Config } from '../../config.ts';
import { ScenarioError, UsageError } from '../../errors.ts';
import { REPO_ROOT } from '../../installation.ts';
import { type ScaffoldChoices, scaffold } from '../scaffold.ts';
import { templateOf } from '../scaffold-faults.ts';
import { compileProject } from '../selection.ts';

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Writes a scenario to begin with beside the others. What is there already stays as it is. */
export async function newScenario(config: Config, choices: Omit<ScaffoldChoices, 'schema'>): Promise<number> {
  const { name } = choices;
  if (!NAME.test(name))
    throw new UsageError(`${name} is no name: use lower-case letters, digits and dashes, at most 63`);
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

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error: unknown) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UsageError(`${path} is there already`, { hint: 'Choose another name, or edit that file.', cause: error });
  }
}
