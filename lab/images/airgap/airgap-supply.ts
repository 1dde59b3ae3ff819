import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { lockFile } from '../../../src/adapters/process/file-lock.ts';
import type { ImageRecord } from '../../../src/experiment/run-record/environment.ts';
import type { EnsureOptions } from '../../../src/ports/images.ts';
import { contentKey } from '../content-key.ts';
import type { DockerClient } from '../docker-client.ts';
import { buildProgramImage } from '../node-image.ts';
import { writeArchive } from '../oci/archive.ts';
import { type BuiltImage, buildImage } from '../oci/image.ts';
import { compressLayer, readLayer } from '../oci/layer.ts';
import { selectImages } from '../oci/select.ts';
import { preloadImages } from '../preload.ts';
import type { Base, BaseNeeds, MixedRequest, ProgramRequest, Supply } from '../supply.ts';
import { type BuiltParts, buildFromSource, type SourceBuildOptions, sourceBuildNeeds } from './build-all.ts';
import { NEEDED_DISK_GIB } from './host.ts';
import { ARCHIVE, RECORDS } from './parts/lab-images-part.ts';
import { MISSING } from './parts/missing.ts';

const GIB = 1024 ** 3;
const LOCK_TIMEOUT_MS = 1_800_000;
const recordsSchema = z.array(
  z.object({ name: z.string(), source: z.literal('airgap'), version: z.string(), digest: z.string() }),
);

/** Images built from Go modules, Debian packages and npm. */
export class AirgapSupply implements Supply {
  readonly source = 'airgap';
  readonly #options: SourceBuildOptions;

  constructor(options: SourceBuildOptions) {
    this.#options = options;
  }

  async needs(): Promise<BaseNeeds> {
    const { seconds, share, built } = await sourceBuildNeeds(this.#options);
    const [diskGib, memoryGib] = share === 0 ? [0, 0] : [NEEDED_DISK_GIB * share, 3];
    return { key: baseKey(built), seconds, diskBytes: diskGib * GIB, memoryBytes: memoryGib * GIB };
  }

  async base(client: DockerClient, options: EnsureOptions): Promise<Base> {
    const built = await buildFromSource(this.#options, options);
    const { tags, modules } = this.#options.versions;
    const key = baseKey(built);
    const image = `healproof/node-base:${tags.kubernetes}-${key}`;
    if ((await client.inspect(image)) === undefined) await this.#makeBase(client, { built, key, image }, options);
    const records = await readFile(join(built.folderOf('lab-images'), RECORDS), 'utf8');
    return {
      image,
      key,
      kubernetesTag: tags.kubernetes,
      nodeVersion: `Kubernetes ${modules.kubernetes.version}, containerd ${modules.containerd.version}, files of kind ${modules.kind.version}`,
      records: recordsSchema.parse(JSON.parse(records)),
      missing: MISSING,
      chaosMeshChart: join(built.folderOf('chaos-mesh'), 'chart'),
      chaosMeshTag: tags['chaos-mesh'],
      helm: join(built.folderOf('helm'), 'bin', 'helm'),
    };
  }

  async writePrograms(_client: DockerClient, request: ProgramRequest): Promise<readonly ImageRecord[]> {
    const { run, architecture } = this.#options;
    const { programs, work, archive } = request;
    const built = await buildFromSource(this.#options, request, ['runtime']);
    const base = await readLayer(join(built.folderOf('runtime'), 'root.tar'));
    const runtime = [await compressLayer(base, join(work, 'runtime.tar.zst'))];
    const images: BuiltImage[] = [];
    for (const program of programs) images.push(await buildProgramImage(run, program, runtime, work, architecture));
    await writeArchive(run, images, join(work, 'staging'), archive);
    return programs.map(({ image, digest }, index) => ({
      name: image.name,
      source: this.source,
      version: `${image.version} (bundle ${digest.slice(7, 19)})`,
      digest: images[index]?.config.digest ?? '',
    }));
  }

  async writeArchive(_client: DockerClient, names: readonly string[], request: MixedRequest): Promise<void> {
    const { programs, work, archive } = request;
    const built = await buildFromSource(this.#options, request, ['lab-images']);
    const archives = [join(built.folderOf('lab-images'), ARCHIVE), programs];
    await selectImages(this.#options.run, archives, names, { work, target: archive });
  }

  async #makeBase(client: DockerClient, job: BaseJob, { signal, progress }: EnsureOptions): Promise<void> {
    const { cacheDir, wait } = this.#options;
    await using _lock = await lockFile(join(cacheDir, 'images', 'base.lock'), {
      wait,
      signal,
      timeoutMs: LOCK_TIMEOUT_MS,
      onBusy: ({ pid }) => progress.note(`process ${pid} is making the node image; waiting for it`),
    });
    if ((await client.inspect(job.image)) !== undefined) return;
    const step = progress.begin('Baking the images of the lab into the node image');
    const work = join(cacheDir, 'images', 'base');
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    const rootfs = await this.#loadRootfs(client, job, work);
    await rm(work, { recursive: true });
    const labels = { 'healproof.dev/role': 'node-base', 'healproof.dev/base': job.key };
    const archive = join(job.built.folderOf('lab-images'), ARCHIVE);
    await preloadImages(client, { from: rootfs, archive, to: job.image, labels });
    await client.docker('image', 'rm', rootfs);
    await client.removeUnused('healproof.dev/role=node-base', [job.image]);
    step.done(job.image);
  }

  /** The node without images, as an image of the engine. */
  async #loadRootfs(client: DockerClient, { built, key }: BaseJob, work: string): Promise<string> {
    const name = `healproof/node-rootfs:${key}`;
    const layers = [await readLayer(join(built.folderOf('node-rootfs'), 'root.tar'))];
    const config = {
      entrypoint: ['/usr/local/bin/entrypoint', '/sbin/init'],
      env: { container: 'docker' },
      stopSignal: 'SIGRTMIN+3',
    };
    const image = buildImage({ names: [name], layers, config }, this.#options.architecture);
    const archive = join(work, 'rootfs.tar');
    await writeArchive(this.#options.run, [image], join(work, 'staging'), archive);
    await client.docker('load', '--quiet', '--input', archive);
    return name;
  }
}

interface BaseJob {
  readonly built: BuiltParts;
  readonly key: string;
  readonly image: string;
}

function baseKey(built: BuiltParts): string {
  return contentKey({ recipe: 1, parts: ['node-rootfs', 'lab-images'].map((id) => built.keyOf(id)) });
}
