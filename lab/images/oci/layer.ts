import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import type { Run } from '../../../src/adapters/process/command.ts';
import { digestOfFile } from './digest.ts';

/** A layer on disk. */
export interface Layer {
  readonly path: string;
  /** Of the file as it is. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** Of what is in it, whether it is compressed or not; the image's identity is made of these. */
  readonly diffId: string;
  readonly isCompressed: boolean;
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

/** Describes a layer that is already packed, and not compressed. */
export async function readLayer(path: string): Promise<Layer> {
  const [digest, info] = await Promise.all([digestOfFile(path), stat(path)]);
  return { path, digest, sizeBytes: info.size, diffId: digest, isCompressed: false };
}

/**
 * The same layer in a third of the space. Every node of a cluster gets a copy of all layers when it is made, which takes
 * longer than unpacking those that it uses. For image stores of nodes only: old engines cannot load it.
 */
export async function compressLayer(layer: Layer, path: string): Promise<Layer> {
  const params = { [constants.ZSTD_c_compressionLevel]: 3 };
  await pipeline(createReadStream(layer.path), createZstdCompress({ params }), createWriteStream(path));
  const [digest, info] = await Promise.all([digestOfFile(path), stat(path)]);
  return { path, digest, sizeBytes: info.size, diffId: layer.diffId, isCompressed: true };
}
