import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { UsageError } from '../../errors.ts';
import { chaosSchemasFromCrds } from '../../scenario/chaos-schema.ts';
import { type Compiled, compileScenarios } from '../../scenario/compile.ts';
import type { GivenParams } from '../../scenario/params.ts';
import type { SourceFile } from '../../scenario/source.ts';

export interface ProjectFolders {
  readonly projectDir: string;
  /** Folder of Chaos Mesh CRDs to check faults against; null where there is none yet. */
  readonly crdsDir: string | null;
  /** Values given for parameters, by name. */
  readonly params?: GivenParams;
}

const YAML = /\.ya?ml$/;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Compiles the scenario files under these paths (files or folders) with the project's steady states and workloads. */
export async function compilePaths(
  paths: readonly string[],
  { projectDir, crdsDir, params = new Map() }: ProjectFolders,
): Promise<Compiled> {
  const asked = (await Promise.all(paths.map((path) => filesUnder(resolve(path))))).flat();
  const [files, library, workloads, crds] = await Promise.all([
    readAll(asked, projectDir),
    readAll(await filesIn(join(projectDir, 'steady-state')), projectDir),
    workloadDigests(join(projectDir, 'workloads')),
    readAll(crdsDir === null ? [] : await filesIn(crdsDir), projectDir),
  ]);
  const chaosSchemas = chaosSchemasFromCrds(crds);
  return compileScenarios(files, library, { digest: sha256, workloads, chaosSchemas, params });
}

/** YAML files at or below a path. @throws UsageError where there is nothing. */
export async function filesUnder(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new UsageError(`there is no file or folder ${path}`, { cause: error });
  });
  return found.isDirectory() ? filesIn(path) : [path];
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  return entries
    .filter((entry) => entry.isFile() && YAML.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true, recursive: true });
  } catch (error: unknown) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function readAll(files: readonly string[], projectDir: string): Promise<SourceFile[]> {
  return Promise.all(
    files.map(async (file) => ({ path: relative(projectDir, file), text: await readFile(file, 'utf8') })),
  );
}

/** Every workload with a digest over its manifests, so that a scenario's digest changes with what it breaks. */
async function workloadDigests(folder: string): Promise<Map<string, string>> {
  const names = (await entriesOf(folder)).filter((entry) => entry.parentPath === folder && entry.isDirectory());
  const digests = await Promise.all(
    names.map(async ({ name }): Promise<[string, string]> => {
      const texts = await readAll(await filesIn(join(folder, name, 'manifests')), folder);
      return [name, sha256(texts.map(({ path, text }) => `${path}\n${text}`).join('\n'))];
    }),
  );
  return new Map(digests);
}
