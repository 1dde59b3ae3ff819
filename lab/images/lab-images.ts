import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../src/adapters/process/command.ts';
import { lockFile } from '../../src/adapters/process/file-lock.ts';
import type { Wait } from '../../src/adapters/process/wait.ts';
import type { ImageRecord } from '../../src/experiment/run-record/environment.ts';
import type { Engine, EnsureOptions, ImageNeeds, ImageSet, Images, Tools } from '../../src/ports/images.ts';
import { contentKey } from './content-key.ts';
import { DockerClient } from './docker-client.ts';
import { ProgramArchives } from './image-cache.ts';
import { type BundledProgram, bundleProgram } from './node-image.ts';
import { preloadImages } from './preload.ts';
import { productImages } from './product-images.ts';
import { purgeImages } from './purge.ts';
import type { Base, Supply } from './supply.ts';
import type { Versions } from './versions.ts';

/** Finds or makes the container engine; the engine adapter does it. */
export interface EngineSource {
  find(signal: AbortSignal): Promise<Engine | undefined>;
  ensure(options: EnsureOptions): Promise<Engine>;
  hasPrivate(): Promise<boolean>;
  remove(options: EnsureOptions): Promise<void>;
}

/** Finds, downloads or builds kind and helm; the tools adapter does it. */
export interface ToolSource {
  findDocker(): Promise<string | undefined>;
  ensure(options: EnsureOptions, how: { readonly download: boolean }): Promise<Tools>;
}

export interface LabImagesOptions {
  readonly run: Run;
  readonly wait: Wait;
  readonly cacheDir: string;
  readonly repoRoot: string;
  readonly versions: Versions;
  readonly engine: EngineSource;
  readonly tools: ToolSource;
  /** Settles on one way to come by images, once it can be told. */
  readonly supply: (signal: AbortSignal) => Promise<Supply>;
}

const PROBE_TIMEOUT_MS = 20_000;
const LOCK_TIMEOUT_MS = 1_800_000;
const GIB = 1024 ** 3;
/** Measured: our programs bundled, packed and baked into the nodes. */
const PROGRAMS_SECONDS = 20;

/** Everything that makes "an image of this name exists", whichever way the images come. */
export class LabImages implements Images {
  readonly #options: LabImagesOptions;
  readonly #archives: ProgramArchives;

  constructor(options: LabImagesOptions) {
    this.#options = options;
    this.#archives = new ProgramArchives(join(options.cacheDir, 'images', 'programs'));
  }

  ensureEngine(options: EnsureOptions): Promise<Engine> {
    return this.#options.engine.ensure(options);
  }

  async ensureTools(options: EnsureOptions): Promise<Tools> {
    const { source } = await this.#options.supply(options.signal);
    return this.#options.tools.ensure(options, { download: source === 'pull' });
  }

  async ensureImages(options: EnsureOptions): Promise<ImageSet> {
    const client = await this.#client(options);
    const supply = await this.#options.supply(options.signal);
    const base = await supply.base(client, options);
    const programs = await this.#bundle(base.helm);
    const key = programsKey(base.key, programs);
    const nodeImage = nodeImageName(base, key);
    const records =
      (await this.#existing(client, nodeImage, key)) ??
      (await this.#make(client, { supply, base, programs, key, nodeImage }, options));
    const node = await this.#nodeRecord(client, base, nodeImage, supply);
    return { ...base, nodeImage, records: [...base.records, ...records, node] };
  }

  async needs(): Promise<ImageNeeds> {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    const supply = await this.#options.supply(signal);
    const { key: baseKey, ...base } = await supply.needs();
    if (baseKey === undefined || base.seconds > 0) return { ...base, isReady: false };
    const engine = await this.#options.engine.find(signal);
    const isReady = engine !== undefined && (await this.#isReady(engine, baseKey, signal));
    return isReady ? { ...base, isReady } : { ...base, isReady, seconds: PROGRAMS_SECONDS, diskBytes: 4 * GIB };
  }

  async findEngine(): Promise<(Engine & { readonly docker: string }) | null> {
    const docker = await this.#options.tools.findDocker();
    if (docker === undefined) return null;
    const engine = await this.#options.engine.find(AbortSignal.timeout(PROBE_TIMEOUT_MS));
    return engine === undefined ? null : { ...engine, docker };
  }

  async archiveOf(names: readonly string[], options: EnsureOptions): Promise<string> {
    const client = await this.#client(options);
    const supply = await this.#options.supply(options.signal);
    const base = await supply.base(client, options);
    const key = programsKey(base.key, await this.#bundle(base.helm));
    const own = (await this.#archives.recordsOf(key)) ?? [];
    if (names.every((name) => own.some((record) => record.name === name))) return this.#archives.pathOf(key);
    const folder = join(this.#options.cacheDir, 'images', 'loading');
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, 'work'), { recursive: true });
    const request = { archive: join(folder, 'images.tar'), work: join(folder, 'work'), ...options };
    await supply.writeArchive(client, names, { ...request, programs: this.#archives.pathOf(key) });
    await rm(request.work, { recursive: true });
    return request.archive;
  }

  purge(options: EnsureOptions): Promise<readonly string[]> {
    return purgeImages(this.#options, options);
  }

  async #client(options: EnsureOptions): Promise<DockerClient> {
    const { dockerHost } = await this.#options.engine.ensure(options);
    return new DockerClient(this.#options.run, dockerHost, options.signal);
  }

  #bundle(helm: string | undefined): Promise<BundledProgram[]> {
    const { versions, repoRoot } = this.#options;
    return Promise.all(productImages(versions, repoRoot, helm).map(bundleProgram));
  }

  async #existing(client: DockerClient, nodeImage: string, key: string): Promise<readonly ImageRecord[] | undefined> {
    return (await client.inspect(nodeImage)) === undefined ? undefined : this.#archives.recordsOf(key);
  }

  async #make(client: DockerClient, job: Job, options: EnsureOptions): Promise<readonly ImageRecord[]> {
    const { signal, progress } = options;
    const { supply, base, programs, key, nodeImage } = job;
    await using _lock = await lockFile(join(this.#options.cacheDir, 'images', 'lock'), {
      wait: this.#options.wait,
      signal,
      timeoutMs: LOCK_TIMEOUT_MS,
      onBusy: ({ pid }) => progress.note(`process ${pid} is making the node image; waiting for it`),
    });
    const made = await this.#existing(client, nodeImage, key);
    if (made !== undefined) return made;
    const step = progress.begin('Baking our own programs into the node image');
    const records = await this.#archives.create(key, (archive, work) =>
      supply.writePrograms(client, { programs, archive, work, ...options }),
    );
    const labels = { 'healproof.dev/role': 'node', 'healproof.dev/key': key };
    await preloadImages(client, { from: base.image, archive: this.#archives.pathOf(key), to: nodeImage, labels });
    await client.removeUnused('healproof.dev/role=node', [nodeImage]);
    step.done(nodeImage);
    return records;
  }

  async #nodeRecord(client: DockerClient, base: Base, nodeImage: string, supply: Supply): Promise<ImageRecord> {
    const image = await client.inspect(nodeImage);
    const name = `docker.io/kindest/node:${base.kubernetesTag}`;
    return { name, source: supply.source, version: base.nodeVersion, digest: image?.id ?? '' };
  }

  async #isReady(engine: Engine, baseKey: string, signal: AbortSignal): Promise<boolean> {
    const client = new DockerClient(this.#options.run, engine.dockerHost, signal);
    const images = await client.labelled('healproof.dev/role=node');
    return images.length > 0 && (await client.labelled(`healproof.dev/base=${baseKey}`)).length > 0;
  }
}

interface Job {
  readonly supply: Supply;
  readonly base: Base;
  readonly programs: readonly BundledProgram[];
  readonly key: string;
  readonly nodeImage: string;
}

function programsKey(baseKey: string, programs: readonly BundledProgram[]): string {
  return contentKey({ recipe: 2, baseKey, programs: programs.map(({ digest }) => digest) });
}

/** A name of its own for every content, so that a user's kindest/node of the same version is never written over. */
function nodeImageName(base: Base, key: string): string {
  return `healproof/node:${base.kubernetesTag}-${key}`;
}
