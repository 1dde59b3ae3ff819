import { stat } from 'node:fs/promises';
import type { Run } from '../../process/command.ts';
import { digestOfFile } from './digest.ts';

/** An uncompressed layer on disk. */
export interface Layer {
  readonly path: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

export interface LayerOptions {
  /** Keep owners (a root file system); otherwise everything belongs to root. */
  readonly keepOwners?: boolean;
}

const SAME_EVERY_TIME = ['--sort=name', '--mtime=@0', '--numeric-owner', '--format=gnu'];

/** Packs a folder as a layer; the same content gives the same digest, whenever and wherever it is packed. */
export async function packLayer(run: Run, folder: string, path: string, options: LayerOptions = {}): Promise<Layer> {
  const owners = options.keepOwners === true ? [] : ['--owner=0', '--group=0'];
  await run('tar', [...SAME_EVERY_TIME, ...owners, '-cf', path, '-C', folder, '.']);
  return readLayer(path);
}

/** Describes a layer that is already packed. */
export async function readLayer(path: string): Promise<Layer> {
  const [digest, info] = await Promise.all([digestOfFile(path), stat(path)]);
  return { path, digest, sizeBytes: info.size };
}
