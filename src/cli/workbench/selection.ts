import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compilePaths } from '../../adapters/files/scenario-files.ts';
import type { Config } from '../../config/config.ts';
import { UsageError } from '../../errors.ts';
import type { Compiled } from '../../scenario/compile.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { type GivenParams, PARAM_NAME } from '../../scenario/schema/params.ts';
import { didYouMean } from '../../scenario/yaml/nearest.ts';

export interface Selection {
  /** Files or folders; empty means the project's `scenarios/`. */
  readonly paths: readonly string[];
  /** A scenario needs one of them; empty means all. */
  readonly tags: readonly string[];
  /** Values of parameters by name. */
  readonly params: GivenParams;
}

/** Chaos Mesh's CRDs as the images were made with, left in the cache by whatever made them. */
function crdsDirOf(config: Config): string | null {
  const folder = join(config.cacheDir, 'chaos-mesh-crds');
  return existsSync(folder) ? folder : null;
}

/** `name=value` texts of `--param`. @throws UsageError for one that is none, or for a name given twice. */
export function givenParams(texts: readonly string[]): GivenParams {
  const given = new Map<string, string>();
  for (const text of texts) {
    const [name = '', ...rest] = text.split('=');
    if (!PARAM_NAME.test(name) || rest.length === 0) throw new UsageError(`--param: expected name=value, got ${text}`);
    if (given.has(name)) throw new UsageError(`--param: ${name} is given twice`);
    given.set(name, rest.join('='));
  }
  return given;
}

/** A parameter that no scenario knows is a slip: the run would measure something else than was asked for. @throws UsageError. */
export function checkParamsUsed(scenarios: readonly Scenario[], given: GivenParams): void {
  const known = new Set(scenarios.flatMap(({ params }) => Object.keys(params)));
  const unknown = [...given.keys()].filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const list = known.size === 0 ? 'they have none' : `they have ${[...known].join(', ')}`;
  const guess = didYouMean(unknown[0] ?? '', known);
  throw new UsageError(`--param: no chosen scenario has a parameter ${unknown.join(', ')}${guess}; ${list}`);
}

export async function compileProject(
  config: Config,
  paths: readonly string[],
  params: GivenParams = new Map(),
): Promise<Compiled> {
  const asked = paths.length === 0 ? [join(config.projectDir, 'scenarios')] : paths;
  return compilePaths(asked, { projectDir: config.projectDir, crdsDir: crdsDirOf(config), params });
}

/** The scenarios that were asked for, with every problem of their files. @throws UsageError where there is none, or for a parameter that none has. */
export async function chooseScenarios(config: Config, selection: Selection): Promise<Compiled> {
  const { scenarios, issues } = await compileProject(config, selection.paths, selection.params);
  const chosen = selectScenarios(scenarios, selection.tags);
  if (issues.length === 0 && chosen.length === 0) throw new UsageError(nothingMatched(selection));
  if (issues.length === 0) checkParamsUsed(chosen, selection.params);
  return { scenarios: chosen, issues };
}

function nothingMatched({ paths, tags }: Selection): string {
  const where = paths.length === 0 ? 'scenarios/' : paths.join(', ');
  return tags.length === 0 ? `no scenario in ${where}` : `no scenario in ${where} has a tag of: ${tags.join(', ')}`;
}

function selectScenarios(scenarios: readonly Scenario[], tags: readonly string[]): Scenario[] {
  return scenarios.filter((scenario) => tags.length === 0 || tags.some((tag) => scenario.tags.includes(tag)));
}
