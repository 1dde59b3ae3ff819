import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chainDigests, headOf } from './digests.ts';
import { type PutAway, RUN_JSON, type StoredRun } from './run-folder.ts';

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
  const contents = new Map<string, Uint8Array>();
  const problems: string[] = [];
  for (const { path } of run.record.files) {
    if (existsSync(join(run.dir, path))) contents.set(path, await readFile(join(run.dir, path)));
    else problems.push(`${path} is missing`);
  }
  const actual = new Map(chainDigests(contents).map((digest) => [digest.path, digest]));
  for (const { path, sha256, chain } of run.record.files) {
    const found = actual.get(path);
    if (found === undefined) continue;
    if (found.sha256 !== sha256) problems.push(`${path} was changed`);
    else if (found.chain !== chain && problems.length === 0) problems.push(`the hash chain breaks at ${path}`);
  }
  return problems;
}
