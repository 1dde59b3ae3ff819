import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InternalError } from '../../../src/errors.ts';
import { contentKey } from '../content-key.ts';
import type { Part } from './parts/part.ts';

export interface PartFacts {
  readonly part: Part;
  readonly filesHash: string;
}

/** The key of every part: its own inputs and files, the machine type, and the keys of all it needs. */
export function computeKeys(facts: readonly PartFacts[], platform: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const { part, filesHash } of facts) {
    const needs = part.needs.map((id) => {
      const key = keys.get(id);
      if (key === undefined) throw new InternalError(`part ${part.id} needs ${id}, which does not come before it`);
      return key;
    });
    if (keys.has(part.id)) throw new InternalError(`two parts are called ${part.id}`);
    keys.set(part.id, contentKey({ id: part.id, inputs: part.inputs, filesHash, platform, needs }));
  }
  return keys;
}

/** Hash over names, modes and content of files and folders; where they lie does not count. */
export async function hashFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) await addToHash(hash, path, '');
  return hash.digest('hex');
}

async function addToHash(hash: ReturnType<typeof createHash>, path: string, name: string): Promise<void> {
  const info = await stat(path);
  if (info.isDirectory()) {
    const entries = await readdir(path, { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = join(path, entry.name);
      if (entry.isSymbolicLink()) hash.update(`${name}/${entry.name} -> ${await readlink(inner)}\0`);
      else await addToHash(hash, inner, `${name}/${entry.name}`);
    }
    return;
  }
  const executable = (info.mode & 0o100) !== 0;
  hash.update(`${name}\0${executable}\0${info.size}\0`).update(await readFile(path));
}
