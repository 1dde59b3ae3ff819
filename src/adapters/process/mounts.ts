import { readFile, realpath } from 'node:fs/promises';
import { ifAbsent } from '../../absent.ts';
import { CommandError } from '../../errors.ts';
import type { Run } from './command.ts';

/** Mount points below some folders, the innermost first, from the text of /proc/self/mountinfo. */
export function mountsBelow(mountinfo: string, folders: readonly string[]): string[] {
  return mountinfo
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)))
    .toReversed();
}

/** Unmounts everything below some folders, so that they can be removed without reaching into what is mounted there. */
export async function unmountBelow(run: Run, folders: readonly string[]): Promise<void> {
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8').catch(ifAbsent(''));
  // The kernel knows no symbolic link on the way to a mount point.
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(ifAbsent(folder))));
  for (const path of mountsBelow(mountinfo, real)) {
    try {
      await run('umount', ['--lazy', path]);
    } catch (error: unknown) {
      // Unmounting one can take another with it; what really stays makes the removal fail, with its name.
      if (!(error instanceof CommandError)) throw error;
    }
  }
}
