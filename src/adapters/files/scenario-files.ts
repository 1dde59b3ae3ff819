import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ifAbsent } from '../../absent.ts';
import { UsageError } from '../../errors.ts';
import { REPO_ROOT } from '../../installation.ts';
import { type Compiled, compileScenarios } from '../../scenario/compile.ts';
import {
  type ChaosSchemaFile,
  type ChaosSchemas,
  chaosSchemasFromCrds,
} from '../../scenario/faults/chaos-mesh/chaos-schema.ts';
import type { AnalysePromql } from '../../scenario/promql/analysis.ts';
import { LARGEST_FILE_CHARACTERS } from '../../scenario/read/parse.ts';
import type { GivenParams } from '../../scenario/schema/params.ts';
import type { SourceFile } from '../../scenario/yaml/source.ts';

export interface Project {
  readonly projectDir: string;
  /** Folder of Chaos Mesh CRDs to check faults against; null for the schemas that come with healproof. */
  readonly crdsDir: string | null;
  readonly analysePromql: AnalysePromql;
  /** Values given for parameters, by name. */
  readonly params?: GivenParams;
}

const YAML = /\.ya?ml$/;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Compiles the scenario files under these paths (files or folders) with the project's steady states and workloads. */
export async function compilePaths(
  paths: readonly string[],
  { projectDir, crdsDir, analysePromql, params = new Map() }: Project,
): Promise<Compiled> {
  const asked = (await Promise.all(paths.map((path) => filesUnder(resolve(path))))).flat();
  const [files, library, workloads, chaosSchemas] = await Promise.all([
    readAll(asked, projectDir, beginningOf),
    readAll(await filesIn(join(projectDir, 'steady-state')), projectDir, beginningOf),
    workloadDigests(join(projectDir, 'workloads')),
    crdsDir === null ? bundledSchemas() : chaosSchemasFromCrds(await readAll(await filesIn(crdsDir), projectDir)),
  ]);
  const readText = (path: string): string | null => textOf(resolve(projectDir, path));
  return compileScenarios(files, library, { digest: sha256, analysePromql, workloads, chaosSchemas, params, readText });
}

/** Null where there is no file; a folder, or what may not be read, is none either. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error: unknown) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

/** Of the version that `lab/images/airgap/lock.json` names; `npm run generate` derives them. */
async function bundledSchemas(): Promise<ChaosSchemas> {
  const text = await readFile(join(REPO_ROOT, 'schema', 'chaos-mesh.schema.json'), 'utf8');
  return new Map(Object.entries((JSON.parse(text) as ChaosSchemaFile).kinds));
}

/** YAML files at or below a path. @throws UsageError where there is nothing. */
async function filesUnder(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new UsageError(`there is no file or folder ${path}`, { cause: error });
  });
  if (found.isDirectory()) return filesIn(path);
  // What is no file may never end, or never begin.
  if (!found.isFile()) throw new UsageError(`${path} is neither a file nor a folder`);
  return [path];
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  return entries
    .filter((entry) => entry.isFile() && YAML.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function entriesOf(folder: string) {
  return readdir(folder, { withFileTypes: true, recursive: true }).catch(ifAbsent([]));
}

function readAll(
  files: readonly string[],
  projectDir: string,
  read: (path: string) => Promise<string> = (path) => readFile(path, 'utf8'),
): Promise<SourceFile[]> {
  return Promise.all(files.map(async (file) => ({ path: relative(projectDir, file), text: await read(file) })));
}

/** No character of UTF-8 is longer than this. */
const MOST_READ_BYTES = 4 * (LARGEST_FILE_CHARACTERS + 1);

/** The text of a file; of one that is too large to be read the beginning, which is too large as well. */
async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size <= MOST_READ_BYTES) return await file.readFile('utf8');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_READ_BYTES), 0, MOST_READ_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Every workload with a digest over its manifests and charts, so that a scenario's digest changes with what it breaks. */
async function workloadDigests(folder: string): Promise<Map<string, string>> {
  const names = (await entriesOf(folder)).filter((entry) => entry.parentPath === folder && entry.isDirectory());
  const digests = await Promise.all(
    names.map(async ({ name }): Promise<[string, string]> => {
      const texts = await readAll(await deployedFiles(join(folder, name)), folder);
      return [name, sha256(texts.map(({ path, text }) => `${path}\n${text}`).join('\n'))];
    }),
  );
  return new Map(digests);
}

/** Manifests, and every file of a chart, whose templates need not be called YAML. */
async function deployedFiles(workload: string): Promise<string[]> {
  const below = (await entriesOf(workload)).filter((entry) => entry.isFile());
  const charts = below.filter(({ name }) => name === 'Chart.yaml').map((entry) => `${entry.parentPath}/`);
  const inCharts = below
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => charts.some((chart) => path.startsWith(chart)));
  return [...(await filesIn(join(workload, 'manifests'))), ...inCharts.sort()];
}
