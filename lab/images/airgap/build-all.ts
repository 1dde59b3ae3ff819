import { rm } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../../src/adapters/process/command.ts';
import { lockFile } from '../../../src/adapters/process/file-lock.ts';
import type { Wait } from '../../../src/adapters/process/wait.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { EnsureOptions } from '../../../src/ports/images.ts';
import type { Architecture } from '../oci/image.ts';
import type { Versions } from '../versions.ts';
import { buildParts } from './build-parts.ts';
import { checkDisk, NEEDED_DISK_GIB, prepareHost } from './host.ts';
import { computeKeys, hashFiles } from './keys.ts';
import { readDistribution } from './parts/distribution.ts';
import { expectedSeconds, leftSeconds } from './parts/estimate.ts';
import { findGo } from './parts/go-toolchain.ts';
import type { Part } from './parts/part.ts';
import { allParts } from './parts/parts.ts';
import type { NodeProgram } from './parts/root-file-systems.ts';
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

/** All parts that the lab needs, or only the named ones and what they need. */
export async function buildFromSource(
  options: SourceBuildOptions,
  { signal, progress }: EnsureOptions,
  only?: readonly string[],
): Promise<BuiltParts> {
  const plan = await planBuild(options);
  const { root, store, keys, built } = plan;
  const wanted = only === undefined ? neededParts(plan.parts) : withNeeds(plan.parts, only);
  if ((await missingOf(wanted, plan)).length === 0) return built;
  await using _lock = await lockFile(join(root, 'lock'), {
    wait: options.wait,
    signal,
    timeoutMs: LOCK_TIMEOUT_MS,
    onBusy: ({ pid }) => progress.note(`process ${pid} is building the lab images; waiting for it`),
  });
  const todo = await missingOf(wanted, plan);
  if (todo.length === 0) return built;
  await prepareHost(options.run, progress, signal);
  await checkDisk(root, Math.ceil(NEEDED_DISK_GIB * shareOf(todo, plan.parts)));
  const env = await goEnvironment(options, root);
  const cores = availableParallelism();
  const lanes = lanesFor(cores, totalmem());
  await store.clean(options.run);
  await buildParts(wanted, { ...options, store, keys, env, signal, progress, lanes, cores });
  if (only === undefined) {
    await store.prune(keys);
    // Seven gigabytes that only help to build the very same versions again.
    await rm(env.GOCACHE, { recursive: true, force: true });
  }
  return built;
}

/** What a source build would still take: seconds, and the share of the whole work that is left. Changes nothing. */
export async function sourceBuildNeeds(
  options: SourceBuildOptions,
): Promise<{ readonly seconds: number; readonly share: number; readonly built: BuiltParts }> {
  const plan = await planBuild(options);
  const parts = neededParts(plan.parts);
  const todo = await missingOf(parts, plan);
  const durations = await plan.store.durations();
  const cores = availableParallelism();
  const seconds = leftSeconds(todo, new Map(), (part) => expectedSeconds(part, durations, cores));
  return { seconds, share: shareOf(todo, parts), built: plan.built };
}

function neededParts(parts: readonly Part[]): readonly Part[] {
  return parts.filter(({ optional }) => optional === undefined);
}

interface Plan {
  readonly root: string;
  readonly store: PartStore;
  readonly parts: readonly Part[];
  readonly keys: ReadonlyMap<string, string>;
  readonly built: BuiltParts;
}

async function planBuild(options: SourceBuildOptions): Promise<Plan> {
  const root = join(options.cacheDir, 'airgap');
  const store = new PartStore(root);
  const distribution = await readDistribution();
  const parts = allParts({ ...options, distribution, packageCache: join(root, 'packages') });
  const keys = await keysOf(parts, `${process.platform}-${options.architecture}`);
  const keyOf = (id: string): string => keys.get(id) ?? '';
  return { root, store, parts, keys, built: { keyOf, folderOf: (id) => store.folderOf(id, keyOf(id)) } };
}

async function missingOf(parts: readonly Part[], { store, built }: Plan): Promise<Part[]> {
  const found = await Promise.all(parts.map((part) => store.has(part.id, built.keyOf(part.id))));
  return parts.filter((_part, index) => found[index] !== true);
}

/** The need shrinks with what earlier attempts have left, in proportion to the work that is left. */
function shareOf(todo: readonly Part[], all: readonly Part[]): number {
  const work = (parts: readonly Part[]): number => parts.reduce((sum, part) => sum + part.expectedSeconds, 0);
  return work(todo) / Math.max(1, work(all));
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

/** Module and build caches of our own: the user's are neither filled nor trusted, except for where modules come from. */
async function goEnvironment(options: SourceBuildOptions, root: string) {
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
