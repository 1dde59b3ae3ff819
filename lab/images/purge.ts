import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../src/adapters/process/command.ts';
import type { Engine, EnsureOptions } from '../../src/ports/images.ts';
import { DockerClient } from './docker-client.ts';
import { isThere } from './image-cache.ts';

export interface PurgeOptions {
  readonly run: Run;
  readonly cacheDir: string;
  readonly engine: {
    find(signal: AbortSignal): Promise<Engine | undefined>;
    hasPrivate(): Promise<boolean>;
    remove(options: EnsureOptions): Promise<void>;
  };
}

const FOLDERS = ['airgap', 'images', 'tools', 'image-source.json', 'engine.lock'];

/** Removes what the lab's images ever put on this machine; a user's engine loses our images and nothing else. */
export async function purgeImages(site: PurgeOptions, options: EnsureOptions): Promise<string[]> {
  const removed: string[] = [];
  const engine = await site.engine.find(options.signal);
  if (engine !== undefined && !engine.isPrivate) {
    const client = new DockerClient(site.run, engine.dockerHost, options.signal);
    const images = [
      ...(await client.labelled('healproof.dev/role')),
      ...(await client.labelled('healproof.dev/bundle')),
    ];
    if (images.length > 0) {
      await client.docker('image', 'rm', '--force', ...new Set(images));
      removed.push(`The images ${images.join(', ')} are gone.`);
    }
  }
  if (await site.engine.hasPrivate()) {
    await site.engine.remove(options);
    removed.push('The container engine of our own and all it held are gone.');
  }
  for (const name of FOLDERS) {
    const path = join(site.cacheDir, name);
    if (!(await isThere(path))) continue;
    await rm(path, { recursive: true, force: true });
    removed.push(`${path} is gone.`);
  }
  return removed;
}
