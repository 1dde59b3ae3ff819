import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ifAbsent } from '../absent.ts';
import { describeSelf, isAlive, readHolder, tryLock } from '../adapters/process/file-lock.ts';
import { PRIVATE_PREFIX } from './suite-file.ts';

const HOLDER = 'holder.json';

/** A folder that only this user can read, for the socket and the secrets of one suite. What killed suites left goes. */
export async function makePrivateFolder(parent: string = tmpdir()): Promise<string> {
  for (const name of await readdir(parent)) {
    if (name.startsWith(PRIVATE_PREFIX)) await removeAbandoned(join(parent, name));
  }
  const folder = await mkdtemp(join(parent, PRIVATE_PREFIX));
  await tryLock(join(folder, HOLDER), await describeSelf());
  return folder;
}

/** One without a holder may just be made; one of another user or another machine is nobody's business. */
async function removeAbandoned(folder: string): Promise<void> {
  const found = await stat(folder).catch(ifAbsent(null));
  if (found?.uid !== process.getuid?.()) return;
  const holder = await readHolder(join(folder, HOLDER));
  if (holder !== undefined && !(await isAlive(holder))) await rm(folder, { recursive: true, force: true });
}
