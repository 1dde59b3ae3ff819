import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Run } from '../../../../src/adapters/process/command.ts';
import { BuildError, CommandError } from '../../../../src/errors.ts';

export interface GoToolchain {
  readonly version: string;
  /** Added in front of PATH. */
  readonly binFolder: string;
}

export interface GoNeeds {
  /** The oldest version that compiles every part. */
  readonly minimum: string;
  /** What is fetched where none is new enough. */
  readonly toolchain: string;
}

const downloaded = z.object({ Dir: z.string() });

/**
 * The Go that builds the parts: the one on PATH if it is new enough, else a newer one, fetched as a module by the old one.
 * Any Go with module support can do that, and the checksum database vouches for what it gets.
 */
export async function findGo(run: Run, needs: GoNeeds, env: Readonly<Record<string, string>>): Promise<GoToolchain> {
  const found = await installedGo(run);
  if (found === undefined) {
    throw new BuildError('the source build needs Go, and there is none', { hint: 'Install the package golang-go.' });
  }
  if (compareVersions(found.version, needs.minimum) >= 0) return found;
  return fetchGo(run, needs.toolchain, env);
}

async function installedGo(run: Run): Promise<GoToolchain | undefined> {
  try {
    const { stdout } = await run('go', ['env', 'GOVERSION', 'GOROOT'], { env: { GOTOOLCHAIN: 'local' }, cwd: '/' });
    const [version = '', root = ''] = stdout.trim().split('\n');
    return { version: version.replace(/^go/, ''), binFolder: join(root, 'bin') };
  } catch (error: unknown) {
    if (error instanceof CommandError && error.failure.exitCode === 127) return undefined;
    throw error;
  }
}

async function fetchGo(run: Run, version: string, env: Readonly<Record<string, string>>): Promise<GoToolchain> {
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const name = `golang.org/toolchain@v0.0.1-go${version}.${platform}`;
  const { stdout } = await run('go', ['mod', 'download', '-json', name], {
    env: { ...env, GOTOOLCHAIN: 'local', GOFLAGS: '-modcacherw' },
    cwd: '/',
  });
  const { Dir: root } = downloaded.parse(JSON.parse(stdout));
  await makeRunnable(join(root, 'bin'));
  await makeRunnable(join(root, 'pkg', 'tool'));
  return { version, binFolder: join(root, 'bin') };
}

/** A module archive carries no file modes. */
async function makeRunnable(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
}

/** Negative when `a` is older than `b`; `1.26rc1` counts as 1.26. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  return version
    .replace(/^v/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10) || 0);
}
