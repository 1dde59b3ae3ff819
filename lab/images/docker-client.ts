import { z } from 'zod';
import type { Run } from '../../src/adapters/process/command.ts';
import { CommandError } from '../../src/errors.ts';

const inspected = z.array(
  z.object({
    Id: z.string(),
    RepoDigests: z.array(z.string()).nullish(),
    Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  }),
);

export interface ImageFacts {
  readonly id: string;
  readonly repoDigests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The commands of the container engine that images are made with, always against the same engine. */
export class DockerClient {
  readonly #run: Run;
  readonly #env: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal;

  constructor(run: Run, dockerHost: string | undefined, signal: AbortSignal) {
    this.#run = run;
    this.#env = dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost };
    this.#signal = signal;
  }

  async docker(...args: readonly string[]): Promise<string> {
    const { stdout } = await this.#run('docker', args, { env: this.#env, signal: this.#signal });
    return stdout.trim();
  }

  /** The image of this name, or undefined. */
  async inspect(name: string): Promise<ImageFacts | undefined> {
    try {
      const [image] = inspected.parse(JSON.parse(await this.docker('image', 'inspect', name)));
      if (image === undefined) return undefined;
      return { id: image.Id, repoDigests: image.RepoDigests ?? [], labels: image.Config?.Labels ?? {} };
    } catch (error: unknown) {
      if (error instanceof CommandError && /no such image/i.test(error.failure.output)) return undefined;
      throw error;
    }
  }

  /** References of all images with this label. */
  async labelled(label: string): Promise<string[]> {
    const format = '{{.Repository}}:{{.Tag}}';
    const text = await this.docker('image', 'ls', '--filter', `label=${label}`, '--format', format);
    return text.split('\n').filter((name) => name !== '' && !name.includes('<none>'));
  }

  /** Removes images with this label, except those to keep and those that containers use. */
  async removeUnused(label: string, keep: readonly string[]): Promise<void> {
    for (const name of await this.labelled(label)) {
      if (keep.includes(name)) continue;
      try {
        await this.docker('image', 'rm', name);
      } catch (error: unknown) {
        if (!(error instanceof CommandError && /conflict|in use|being used/i.test(error.failure.output))) throw error;
      }
    }
  }
}
