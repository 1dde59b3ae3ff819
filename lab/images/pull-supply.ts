import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../src/adapters/process/command.ts';
import { PreflightError } from '../../src/errors.ts';
import type { ImageRecord } from '../../src/experiment/run-record/environment.ts';
import type { EnsureOptions, MissingPart } from '../../src/ports/images.ts';
import { contentKey } from './content-key.ts';
import type { DockerClient } from './docker-client.ts';
import { isThere } from './image-cache.ts';
import { ENTRYPOINT, PROGRAM_ENVIRONMENT, USER, writeProgramFiles } from './node-image.ts';
import { preloadImages } from './preload.ts';
import type { Base, BaseNeeds, MixedRequest, ProgramRequest, Supply } from './supply.ts';
import type { Versions } from './versions.ts';

export interface PullOptions {
  readonly run: Run;
  readonly fetch: (url: string, init: { readonly signal: AbortSignal }) => Promise<Response>;
  readonly cacheDir: string;
  readonly versions: Versions;
  /** A helm that runs in a Linux container, where there is one. */
  readonly linuxHelm: (options: EnsureOptions) => Promise<string | undefined>;
}

const GIB = 1024 ** 3;
const PULL_SECONDS = 120;
const CHART_TIMEOUT_MS = 120_000;

const MISSING: readonly MissingPart[] = [
  { part: 'Chaos Mesh dashboard', reason: 'the lab does not use it' },
  { part: 'Chaos Mesh DNS server', reason: 'it is not installed, so DNSChaos cannot work' },
];

/** Images as their projects publish them. */
export class PullSupply implements Supply {
  readonly source = 'pull';
  readonly #options: PullOptions;

  constructor(options: PullOptions) {
    this.#options = options;
  }

  async needs(): Promise<BaseNeeds> {
    const isDone = await isThere(this.#chartFolder);
    const size = isDone ? 0 : 6 * GIB;
    return { key: this.#key, seconds: isDone ? 0 : PULL_SECONDS, diskBytes: size, memoryBytes: isDone ? 0 : GIB };
  }

  async base(client: DockerClient, options: EnsureOptions): Promise<Base> {
    const { pull, tags } = this.#options.versions;
    const image = `healproof/node-base:pull-${this.#key}`;
    if ((await client.inspect(image)) === undefined) await this.#makeBase(client, image, options);
    await this.#fetchChart(options);
    const helm = await this.#options.linuxHelm(options);
    return {
      image,
      key: this.#key,
      kubernetesTag: tagOf(pull.node),
      nodeVersion: `${pull.node} and the images of the lab`,
      records: await this.#records(client),
      missing: MISSING,
      chaosMeshChart: this.#chartFolder,
      chaosMeshTag: tags['chaos-mesh'],
      helm,
    };
  }

  async writePrograms(client: DockerClient, request: ProgramRequest): Promise<readonly ImageRecord[]> {
    const { programs, archive, work } = request;
    const records: ImageRecord[] = [];
    for (const program of programs) {
      const { image, digest } = program;
      const folder = join(work, image.id);
      await writeProgramFiles(program, join(folder, 'files'));
      await writeFile(join(folder, 'Dockerfile'), dockerfile(this.#options.versions.pull.runtime, digest));
      await client.docker('build', '--tag', image.name, folder);
      const facts = await client.inspect(image.name);
      const version = `${image.version} (bundle ${digest.slice(7, 19)})`;
      records.push({ name: image.name, source: this.source, version, digest: facts?.id ?? '' });
    }
    await client.docker('save', '--output', archive, ...programs.map(({ image }) => image.name));
    return records;
  }

  async writeArchive(client: DockerClient, names: readonly string[], { archive }: MixedRequest): Promise<void> {
    await client.docker('save', '--output', archive, ...names);
  }

  get #key(): string {
    return contentKey({ recipe: 1, pull: this.#options.versions.pull });
  }

  get #chartFolder(): string {
    return join(this.#options.cacheDir, 'images', `chaos-mesh-${this.#options.versions.tags['chaos-mesh']}`);
  }

  async #makeBase(client: DockerClient, image: string, { progress }: EnsureOptions): Promise<void> {
    const { pull } = this.#options.versions;
    const step = progress.begin('Pulling the images of the lab');
    for (const name of [pull.node, ...pull.images.map((each) => each.name)]) {
      step.update(name);
      await client.docker('pull', '--quiet', name);
    }
    const work = join(this.#options.cacheDir, 'images', 'pulled');
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    const archive = join(work, 'images.tar');
    step.update('baking them into the node image');
    await client.docker('save', '--output', archive, ...pull.images.map(({ name }) => name));
    const labels = { 'healproof.dev/role': 'node-base', 'healproof.dev/base': this.#key };
    await preloadImages(client, { from: pull.node, archive, to: image, labels });
    await rm(work, { recursive: true });
    step.done(image);
  }

  /** The digest under which the registry published each image. */
  async #records(client: DockerClient): Promise<ImageRecord[]> {
    const records: ImageRecord[] = [];
    for (const { name, version } of this.#options.versions.pull.images) {
      const facts = await client.inspect(name);
      const published = facts?.repoDigests[0]?.split('@')[1];
      records.push({ name, source: this.source, version, digest: published ?? facts?.id ?? '' });
    }
    return records;
  }

  /** The chart out of the release's source; what came is named by its hash in the log of the run. */
  async #fetchChart({ signal, progress }: EnsureOptions): Promise<void> {
    if (await isThere(this.#chartFolder)) return;
    const tag = this.#options.versions.tags['chaos-mesh'];
    const url = `https://github.com/chaos-mesh/chaos-mesh/archive/refs/tags/${tag}.tar.gz`;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CHART_TIMEOUT_MS)]);
    const response = await this.#options.fetch(url, { signal: limit });
    if (!response.ok) throw new PreflightError(`the Chaos Mesh chart cannot be got: ${url} answers ${response.status}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const draft = `${this.#chartFolder}.new`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    await writeFile(join(draft, 'source.tar.gz'), bytes);
    const member = `chaos-mesh-${tag.replace('v', '')}/helm/chaos-mesh`;
    await this.#options.run('tar', ['-xzf', join(draft, 'source.tar.gz'), '-C', draft, '--strip-components=3', member]);
    await rm(join(draft, 'source.tar.gz'));
    await rename(draft, this.#chartFolder);
    progress.note(`Chaos Mesh chart ${tag}, sha256 ${createHash('sha256').update(bytes).digest('hex')}`);
  }
}

function tagOf(reference: string): string {
  return /:([^:@/]+)(@|$)/.exec(reference)?.[1] ?? 'latest';
}

/** No instruction but copies, so that both the old and the new builder make it. */
export function dockerfile(runtime: string, bundleDigest: string): string {
  return [
    `FROM ${runtime}`,
    'COPY files/ /',
    `ENV ${Object.entries(PROGRAM_ENVIRONMENT)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    'WORKDIR /app',
    `USER ${USER}`,
    `LABEL healproof.dev/bundle=${bundleDigest}`,
    `ENTRYPOINT ${JSON.stringify(ENTRYPOINT)}`,
    '',
  ].join('\n');
}
