import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize, relative } from 'node:path';
import { chainDigests, type FileDigest, headOf } from './digests.ts';
import { HEAD, type PutAway, RUN_JSON, type StoredRun } from './run-folder.ts';

/** Null where the run never came to write its record. */
export async function readRun(dir: string): Promise<PutAway | null> {
  const path = join(dir, RUN_JSON);
  if (!existsSync(path)) return null;
  const text = await readFile(path, 'utf8');
  const record = JSON.parse(text) as StoredRun;
  return { dir, record, head: headOf(record.files, text) };
}

/** What is wrong with a run folder's hashes; empty when nothing was touched since it was put away. */
export async function checkHashes(run: PutAway): Promise<string[]> {
  const listed = run.record.files.map(({ path }) => path);
  const stray = listed.filter((path) => isAbsolute(path) || normalize(path).startsWith('..'));
  if (stray.length > 0) return stray.map((path) => `${path} lies outside the folder`);
  const contents = new Map<string, Uint8Array>();
  const problems: string[] = [];
  for (const path of listed) {
    if (existsSync(join(run.dir, path))) contents.set(path, await readFile(join(run.dir, path)));
    else problems.push(`${path} is missing`);
  }
  problems.push(...changes(run.record.files, chainDigests(contents)));
  problems.push(...(await strangers(run.dir, new Set([...listed, RUN_JSON, HEAD]))));
  return problems;
}

function changes(stored: readonly FileDigest[], found: readonly FileDigest[]): string[] {
  const actual = new Map(found.map((digest) => [digest.path, digest]));
  const problems: string[] = [];
  for (const { path, bytes, sha256, chain } of stored) {
    const digest = actual.get(path);
    if (digest === undefined) continue;
    if (digest.sha256 !== sha256 || digest.bytes !== bytes) problems.push(`${path} was changed`);
    else if (digest.chain !== chain && problems.length === 0) problems.push(`the hash chain breaks at ${path}`);
  }
  return problems;
}

/** A file that no hash covers is no evidence, and must not be taken for it. */
async function strangers(dir: string, known: ReadonlySet<string>): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter((path) => !known.has(path))
    .sort()
    .map((path) => `${path} is not part of the evidence`);
}
