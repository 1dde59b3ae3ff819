import type { TestProject } from 'vitest/node';
import { openWorkbench } from '../../src/cli/workbench/workbench.ts';
import { accessOf } from '../../src/compose/cluster-access.ts';
import { loadConfig } from '../../src/config/config.ts';

/** Gives the tests the way into the lab that `healproof up` brought up. */
export async function setup(project: TestProject): Promise<void> {
  const { config } = await loadConfig({});
  const { lab } = await openWorkbench(config, new AbortController().signal);
  project.provide('access', accessOf(await lab.open(), config));
}
