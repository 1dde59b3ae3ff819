import { mkdir } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../ports/clock.ts';
import type { EnsureOptions } from '../../../ports/images.ts';
import type { Run } from '../../process/command.ts';
import { lockFile } from '../../process/file-lock.ts';
import type { Wait } from '../../process/wait.ts';
import type { Architecture } from '../oci/image.ts';
import type { Versions } from '../versions.ts';
import { buildParts } from './build-parts.ts';
import { readDistribution } from './distribution.ts';
import { findGo } from './go-toolchain.ts';
import { checkDisk, NEEDED_DISK_GIB, prepareHost } from './host.ts';
import { computeKeys, hashFiles } from './keys.ts';
import type { Part } from './part.ts';
import { allParts } from './parts.ts';
import type { NodeProgram } from './root-file-systems.ts';
import { PartStore } from './store.ts';

export interface SourceBuildOptions {
  readonly run: Run;
  readonly wait: Wait;
  readonly clock: Pick<Clock, 'now'>;
  readonly cacheDir: string;
  readonly repoRoot: string;
  readonly versions: Versions;
  readonly node: NodeProgram;
  readonly architecture: Architecture;
}

/** Where a built part lies, and the key it was built under. */
export interface BuiltParts {
  folderOf(partId: string): string;
  keyOf(partId: string): string;
}

const GIB = 1024 ** 3;
const LOCK_TIMEOUT_MS = 3 * 3_600_000;

/** All parts of the source build, or only the named ones and what they need. */
export async function buildFromSource(
  options: SourceBuildOptions,
  { signal, progress }: EnsureOptions,
  only?: readonly string[],
): Promise<BuiltParts> {
  const root = join(options.cacheDir, 'airgap');
  const store = new PartStore(root);
  await mkdir(root, { recursive: true });
  const distribution = await readDistribution();
  const packageCache = join(root, 'packages');
  const parts = allParts({ ...options, distribution, packageCache });
  const keys = await keysOf(parts, `${process.platform}-${options.architecture}`);
  const wanted = only === undefined ? parts : withNeeds(parts, only);
  const built: BuiltParts = {
    folderOf: (id) => store.folderOf(id, keys.get(id) ?? ''),
    keyOf: (id) => keys.get(id) ?? '',
  };
  if (await allThere(wanted, store, keys)) return built;
  await using _lock = await lockFile(join(root, 'lock'), {
    wait: options.wait,
    signal,
    timeoutMs: LOCK_TIMEOUT_MS,
    onBusy: ({ pid }) => progress.note(`process ${pid} is building the lab images; waiting for it`),
  });
  if (await allThere(wanted, store, keys)) return built;
  await prepareHost(options.run, progress, signal);
  await checkDisk(root, await stillNeededGib(wanted, store, keys));
  const env = await goEnvironment(options, root);
  const cores = availableParallelism();
  const lanes = lanesFor(cores, totalmem());
  await buildParts(wanted, { ...options, store, keys, env, signal, progress, lanes, cores });
  if (only === undefined) await store.prune(keys);
  return built;
}

/** Two parts at a time keep the cores busy while one of them links or downloads; each may take 4 GiB. */
export function lanesFor(cores: number, memoryBytes: number): number {
  return Math.max(1, Math.min(3, cores, Math.floor(memoryBytes / (4 * GIB))));
}

async function keysOf(parts: readonly Part[], platform: string): Promise<ReadonlyMap<string, string>> {
  const facts = await Promise.all(parts.map(async (part) => ({ part, filesHash: await hashFiles(part.files) })));
  return computeKeys(facts, platform);
}

/** The named parts and, recursively, what they need, in the order of the list. */
export function withNeeds(parts: readonly Part[], ids: readonly string[]): Part[] {
  const wanted = new Set(ids);
  for (const part of parts.toReversed()) if (wanted.has(part.id)) for (const id of part.needs) wanted.add(id);
  return parts.filter((part) => wanted.has(part.id));
}

async function allThere(parts: readonly Part[], store: PartStore, keys: ReadonlyMap<string, string>): Promise<boolean> {
  const found = await Promise.all(parts.map((part) => store.has(part.id, keys.get(part.id) ?? '')));
  return found.every(Boolean);
}

/** The need shrinks with what earlier attempts have left, in proportion to the time that is left to build. */
async function stillNeededGib(
  parts: readonly Part[],
  store: PartStore,
  keys: ReadonlyMap<string, string>,
): Promise<number> {
  let [left, all] = [0, 0];
  for (const part of parts) {
    all += part.expectedSeconds;
    if (!(await store.has(part.id, keys.get(part.id) ?? ''))) left += part.expectedSeconds;
  }
  return Math.ceil(NEEDED_DISK_GIB * (left / Math.max(1, all)));
}

/** Module and build caches of our own: the user's are neither filled nor trusted, except for where modules come from. */
async function goEnvironment(options: SourceBuildOptions, root: string): Promise<Record<string, string>> {
  const caches = {
    GOMODCACHE: join(root, 'go', 'modules'),
    GOCACHE: join(root, 'go', 'build'),
    GOFLAGS: '-buildvcs=false -modcacherw',
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
  };
  const go = await findGo(options.run, options.versions.go, caches);
  return { ...caches, PATH: `${go.binFolder}:${process.env.PATH ?? ''}` };
}
