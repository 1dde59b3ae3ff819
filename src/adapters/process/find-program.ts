import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ifAbsent } from '../../absent.ts';

/** Absolute path of a program on PATH, or undefined. */
export async function findProgram(name: string, path: string = process.env.PATH ?? ''): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    const candidate = join(folder, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(() => true, ifAbsent(false, 'ENOTDIR', 'EACCES'));
}
