import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../src/adapters/process/command.ts';
import { findProgram } from '../../src/adapters/process/find-program.ts';
import { CommandError, messageOf, PreflightError } from '../../src/errors.ts';
import type { EnsureOptions, Tools } from '../../src/ports/images.ts';
import { downloadTool, type Fetch } from './download.ts';
import { currentPlatform, type Platform, RELEASES, type ToolName } from './releases.ts';

export interface ToolOptions {
  readonly run: Run;
  readonly fetch: Fetch;
  readonly cacheDir: string;
  /** Programs that the user named; taken as they are. */
  readonly chosen: Readonly<Partial<Record<ToolName | 'docker', string>>>;
  /** Builds a tool from its published module; resolves with its path. */
  readonly build: (name: ToolName, options: EnsureOptions) => Promise<string>;
}

/** Finds, downloads or builds the programs that drive the lab. */
export class ToolFinder {
  readonly #options: ToolOptions;

  constructor(options: ToolOptions) {
    this.#options = options;
  }

  /** All tools; `download` says whether the releases' servers may be asked before building. */
  async ensure(options: EnsureOptions, { download }: { readonly download: boolean }): Promise<Tools> {
    const docker = await this.findDocker();
    if (docker === undefined) {
      throw new PreflightError('the docker command is not on PATH', { hint: 'Install the Docker command line.' });
    }
    const kind = await this.#ensureTool('kind', options, download);
    const helm = await this.#ensureTool('helm', options, download);
    return { docker, kind, helm };
  }

  async findDocker(): Promise<string | undefined> {
    return this.#options.chosen.docker ?? (await findProgram('docker'));
  }

  /** A tool that is there already: chosen, fitting on PATH, or downloaded before. */
  async find(name: ToolName): Promise<string | undefined> {
    const chosen = this.#options.chosen[name];
    if (chosen !== undefined) return chosen;
    const onPath = await findProgram(name);
    if (onPath !== undefined && (await this.#fits(name, onPath))) return onPath;
    const kept = this.#downloaded(name);
    return access(kept).then(
      () => kept,
      () => undefined,
    );
  }

  async #ensureTool(name: ToolName, options: EnsureOptions, download: boolean): Promise<string> {
    const found = await this.find(name);
    if (found !== undefined) return found;
    if (download) {
      const path = await this.#tryDownload(name, options);
      if (path !== undefined) return path;
    }
    return this.#options.build(name, options);
  }

  /** The release, or undefined where its server cannot be reached; a wrong hash is an error. */
  async #tryDownload(name: ToolName, { signal, progress }: EnsureOptions): Promise<string | undefined> {
    const release = RELEASES[name];
    const platform = currentPlatform();
    if (!isPublished(platform, name)) return undefined;
    const step = progress.begin(`Downloading ${name} ${release.version}`);
    try {
      await downloadTool(this.#options, { name, release, platform }, this.#downloaded(name), signal);
      step.done();
      return this.#downloaded(name);
    } catch (error: unknown) {
      step.failed(messageOf(error));
      if (error instanceof PreflightError || signal.aborted) throw error;
      progress.note(`${name} cannot be downloaded (${messageOf(error)}); it will be built from its source`);
      return undefined;
    }
  }

  #downloaded(name: ToolName): string {
    return join(this.#options.cacheDir, 'tools', `${name}-${RELEASES[name].version}`);
  }

  async #fits(name: ToolName, path: string): Promise<boolean> {
    const { versionArgs, fits } = RELEASES[name];
    try {
      const { stdout } = await this.#options.run(path, versionArgs, { timeoutMs: 10_000 });
      return fits(stdout.trim());
    } catch (error: unknown) {
      if (error instanceof CommandError) return false;
      throw error;
    }
  }
}

function isPublished(platform: string, name: ToolName): platform is Platform {
  return platform in RELEASES[name].sha256;
}
