import { createHash } from 'node:crypto';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Run } from '../../src/adapters/process/command.ts';
import { PreflightError } from '../../src/errors.ts';
import type { Platform, Release, ToolName } from './releases.ts';

export type Fetch = (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>;

const TIMEOUT_MS = 120_000;

/** Fetches a release, checks it against its pinned hash, and makes it runnable under `target` in one step. */
export async function downloadTool(
  { fetch, run }: { readonly fetch: Fetch; readonly run: Run },
  { name, release, platform }: { readonly name: ToolName; readonly release: Release; readonly platform: Platform },
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const bytes = await fetchBytes(fetch, release.url(platform), signal);
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== release.sha256[platform]) {
    throw new PreflightError(
      `the download of ${name} ${release.version} is not what was published (sha256 ${actual})`,
      {
        hint: 'Something between here and the release changes files; nothing of it was kept.',
      },
    );
  }
  const work = `${target}.new`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const program = await unpack(run, bytes, work, release.member?.(platform));
  await chmod(program, 0o755);
  await mkdir(dirname(target), { recursive: true });
  await rename(program, target);
  await rm(work, { recursive: true, force: true });
}

async function fetchBytes(fetch: Fetch, url: string, signal: AbortSignal): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
  if (!response.ok) throw new PreflightError(`${url} answers ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function unpack(run: Run, bytes: Buffer, work: string, member: string | undefined): Promise<string> {
  const file = join(work, 'download');
  await writeFile(file, bytes);
  if (member === undefined) return file;
  await run('tar', ['-xzf', file, '-C', work, member]);
  return join(work, member);
}
