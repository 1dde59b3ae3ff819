import { readFile } from 'node:fs/promises';
import { ifAbsent } from '../../../../src/absent.ts';
import type { Run } from '../../../../src/adapters/process/command.ts';
import { PreflightError } from '../../../../src/errors.ts';

/** The Debian or Ubuntu release of this machine. */
export interface Distribution {
  readonly id: 'debian' | 'ubuntu';
  readonly codename: string;
  readonly components: string;
}

/** Fields of /etc/os-release. */
function parseOsRelease(text: string): Readonly<Record<string, string>> {
  const pairs = text
    .split('\n')
    .map((line) => /^(\w+)="?([^"]*)"?$/.exec(line.trim()))
    .filter((match) => match !== null);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

/**
 * Root file systems are made from the release of this machine, so that programs that are compiled here find the C library
 * they were linked with.
 */
export async function readDistribution(osReleasePath = '/etc/os-release'): Promise<Distribution> {
  const release = parseOsRelease(await readFile(osReleasePath, 'utf8').catch(ifAbsent('')));
  const id = release.ID;
  const codename = release.VERSION_CODENAME;
  if ((id !== 'debian' && id !== 'ubuntu') || codename === undefined) {
    throw new PreflightError('the source build works on Debian and Ubuntu only', {
      hint: 'Use a machine that can pull images, or build on Debian or Ubuntu.',
      details: { distribution: id ?? 'unknown' },
    });
  }
  return { id, codename, components: id === 'ubuntu' ? 'main,universe' : 'main' };
}

const FORMAT = '$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)';

/** Where this machine gets its packages: a site's mirror is used without being told. */
export async function findMirror(run: Run, { id, codename }: Distribution): Promise<string> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', FORMAT, 'Created-By: Packages']);
  const mirror = pickMirror(stdout, id, codename);
  if (mirror !== undefined) return mirror;
  throw new PreflightError(`apt knows no package source for ${codename}`, {
    hint: `Add a source for ${id} ${codename} to /etc/apt, run apt-get update, and try again.`,
  });
}

/** The address behind the release's main component, from lines of `origin|codename|component|address`. */
export function pickMirror(targets: string, id: string, codename: string): string | undefined {
  for (const line of targets.split('\n')) {
    const [origin = '', name, component, address] = line.split('|');
    if (origin.toLowerCase() === id && name === codename && component === 'main') return address;
  }
  return undefined;
}
