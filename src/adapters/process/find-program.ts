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

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch (error: unknown) {
    return ifAbsent(false, 'EACCES')(error);
  }
}
