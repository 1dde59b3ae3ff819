import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compilePaths } from '../adapters/files/scenario-files.ts';
import type { Config } from '../config.ts';
import { UsageError } from '../errors.ts';
import type { Compiled } from '../scenario/compile.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface Selection {
  /** Files or folders; empty means the project's `scenarios/`. */
  readonly paths: readonly string[];
  /** A scenario needs one of them; empty means all. */
  readonly tags: readonly string[];
}

/** Chaos Mesh's CRDs as the images were made with, left in the cache by whatever made them. */
function crdsDirOf(config: Config): string | null {
  const folder = join(config.cacheDir, 'chaos-mesh-crds');
  return existsSync(folder) ? folder : null;
}

export async function compileProject(config: Config, paths: readonly string[]): Promise<Compiled> {
  const asked = paths.length === 0 ? [join(config.projectDir, 'scenarios')] : paths;
  return compilePaths(asked, { projectDir: config.projectDir, crdsDir: crdsDirOf(config) });
}

/** The scenarios that were asked for, with every problem of their files. @throws UsageError where there is none. */
export async function chooseScenarios(config: Config, selection: Selection): Promise<Compiled> {
  const { scenarios, issues } = await compileProject(config, selection.paths);
  const chosen = selectScenarios(scenarios, selection.tags);
  if (issues.length === 0 && chosen.length === 0) throw new UsageError(nothingMatched(selection));
  return { scenarios: chosen, issues };
}

function nothingMatched({ paths, tags }: Selection): string {
  const where = paths.length === 0 ? 'scenarios/' : paths.join(', ');
  return tags.length === 0 ? `no scenario in ${where}` : `no scenario in ${where} has a tag of: ${tags.join(', ')}`;
}

export function selectScenarios(scenarios: readonly Scenario[], tags: readonly string[]): Scenario[] {
  return scenarios.filter((scenario) => tags.length === 0 || tags.some((tag) => scenario.tags.includes(tag)));
}
