import { access, constants, statfs } from 'node:fs/promises';
import { ifAbsent } from '../../../src/absent.ts';
import type { Run } from '../../../src/adapters/process/command.ts';
import { findProgram } from '../../../src/adapters/process/find-program.ts';
import { PreflightError } from '../../../src/errors.ts';
import type { Progress } from '../../../src/ports/progress.ts';

/** Programs that the source build calls, and the packages that bring them. */
const NEEDED: Readonly<Record<string, string>> = {
  debootstrap: 'debootstrap',
  openssl: 'openssl',
  gcc: 'gcc',
  go: 'golang-go',
  tar: 'tar',
  chroot: 'coreutils',
  install: 'coreutils',
  'dpkg-deb': 'dpkg',
};

const LIBC_HEADERS = '/usr/include/stdio.h';
const GIB = 1024 ** 3;
/** At the peak: Go build cache 7 (removed at the end), Go modules 4, parts 3, engine 4, and some air. */
export const NEEDED_DISK_GIB = 20;

/** The packages that are missing on this machine. */
async function missingPackages(path: string = process.env.PATH ?? ''): Promise<string[]> {
  const missing = new Set<string>();
  for (const [program, name] of Object.entries(NEEDED))
    if ((await findProgram(program, path)) === undefined) missing.add(name);
  if (!(await exists(LIBC_HEADERS))) missing.add('libc6-dev');
  return [...missing];
}

/** Installs what the source build lacks; says so before. */
export async function prepareHost(run: Run, progress: Progress, signal: AbortSignal): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new PreflightError('the source build makes root file systems and has to run as root', {
      hint: 'Run it as root, or on a machine that can pull images.',
    });
  }
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const step = progress.begin(`Installing ${missing.join(', ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { signal, env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { signal, env });
  step.done();
}

/** Throws where the build would run out of disk half-way; `alreadyGib` is what earlier attempts have put there. */
export async function checkDisk(folder: string, neededGib: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeGib = (bavail * bsize) / GIB;
  if (freeGib >= neededGib) return;
  throw new PreflightError(
    `the source build needs ${neededGib} GiB of free disk below ${folder}, and there are ${freeGib.toFixed(1)} GiB`,
    { hint: 'Make room, or point HEALPROOF_CACHE_DIR at a larger disk.' },
  );
}

function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(() => true, ifAbsent(false, 'ENOTDIR'));
}
