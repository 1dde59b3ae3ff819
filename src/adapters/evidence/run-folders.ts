import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent } from '../../absent.ts';

/** Folders of runs below a folder, in the order of their names, which begin with the time; none where there is no such folder. */
export async function runFolders(runsDir: string): Promise<string[]> {
  const entries = await readdir(runsDir, { withFileTypes: true }).catch(ifAbsent([]));
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  return names.sort().map((name) => join(runsDir, name));
}
