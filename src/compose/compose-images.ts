import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { confirmOnTerminal } from '../../lab/engine/confirm.ts';
import { EngineProvider } from '../../lab/engine/engine.ts';
import { AirgapSupply } from '../../lab/images/airgap/airgap-supply.ts';
import { buildFromSource, type SourceBuildOptions, sourceBuildNeeds } from '../../lab/images/airgap/build-all.ts';
import { chooseSupply } from '../../lab/images/choose-supply.ts';
import { LabImages } from '../../lab/images/lab-images.ts';
import { PullSupply } from '../../lab/images/pull-supply.ts';
import { readVersions } from '../../lab/images/versions.ts';
import { ToolFinder } from '../../lab/tools/tools.ts';
import { run } from '../adapters/process/command.ts';
import type { Wait } from '../adapters/process/wait.ts';
import { PreflightError } from '../errors.ts';
import type { ImageSource } from '../experiment/run-record/environment.ts';
import type { Clock } from '../ports/clock.ts';
import type { EnsureOptions, Images } from '../ports/images.ts';

export interface ImagesConfig {
  readonly source: 'auto' | ImageSource;
  readonly engine: 'auto' | 'private';
  readonly cacheDir: string;
  /** This checkout: `lab/`, our programs and node_modules are below it. */
  readonly repoRoot: string;
  readonly tools: { readonly docker: string | null; readonly kind: string | null; readonly helm: string | null };
  readonly clock: Clock;
  readonly wait: Wait;
}

type BuildSettings = Pick<ImagesConfig, 'cacheDir' | 'repoRoot' | 'clock' | 'wait'>;

/** Folder of a part that is built from source where it is not there yet, whichever way images are come by. */
export async function sourceBuiltPart(part: string, site: BuildSettings, options: EnsureOptions): Promise<string> {
  const build = await sourceBuildOptions(site);
  return (await buildFromSource(build, options, [part])).folderOf(part);
}

/** Whether everything that is built from source for a lab is there in its present version. */
export async function isBuiltFromSource(site: BuildSettings): Promise<boolean> {
  return (await sourceBuildNeeds(await sourceBuildOptions(site))).share === 0;
}

async function sourceBuildOptions({ cacheDir, repoRoot, clock, wait }: BuildSettings): Promise<SourceBuildOptions> {
  const common = { run, wait, clock, cacheDir, repoRoot, versions: await readVersions(repoRoot) };
  return { ...common, node: await nodeProgram(repoRoot), architecture: architecture() };
}

/** Puts together engine, tools and both ways to come by images. */
export async function createImages(config: ImagesConfig): Promise<Images> {
  const { cacheDir, wait } = config;
  const build = await sourceBuildOptions(config);
  const { node: _, architecture: __, ...common } = build;
  const { versions } = build;
  const buildTool = async (name: 'kind' | 'helm', options: EnsureOptions): Promise<string> =>
    join((await buildFromSource(build, options, [name])).folderOf(name), 'bin', name);
  const { docker, kind, helm } = config.tools;
  const chosen = Object.fromEntries(Object.entries({ docker, kind, helm }).filter(([, path]) => path !== null));
  const tools = new ToolFinder({ run, fetch, cacheDir, chosen, build: buildTool });
  const linuxHelm = async (options: EnsureOptions): Promise<string | undefined> =>
    process.platform === 'linux' ? (await tools.ensure(options, { download: true })).helm : undefined;
  return new LabImages({
    ...common,
    engine: new EngineProvider({ run, wait, confirm: confirmOnTerminal, cacheDir, choice: config.engine }),
    tools,
    supply: chooseSupply({
      run,
      cacheDir,
      choice: config.source,
      supplies: {
        airgap: new AirgapSupply(build),
        pull: new PullSupply({ run, fetch, cacheDir, versions, linuxHelm }),
      },
    }),
  });
}

/** The Node.js that npm installed for this checkout; the same goes into the images of our programs. */
async function nodeProgram(repoRoot: string): Promise<SourceBuildOptions['node']> {
  const folder = join(repoRoot, 'node_modules', 'node');
  const manifest = z.object({ version: z.string() });
  const { version } = manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  return { path: join(folder, 'bin', 'node'), version };
}

function architecture(): SourceBuildOptions['architecture'] {
  if (process.arch === 'x64') return 'amd64';
  if (process.arch === 'arm64') return 'arm64';
  throw new PreflightError(`there are no images for ${process.arch} machines`, {
    hint: 'Use an x64 or arm64 machine.',
  });
}
