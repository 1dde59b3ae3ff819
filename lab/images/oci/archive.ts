import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../../src/adapters/process/command.ts';
import { type BuiltImage, mediaTypes } from './image.ts';

/**
 * Packs images into one file that both `ctr images import` (an OCI layout) and `docker load` (manifest.json) read.
 * A layer that several images share is in it once. `staging` must be an empty folder, best on the layers' disk.
 */
export async function writeArchive(
  run: Run,
  images: readonly BuiltImage[],
  staging: string,
  path: string,
): Promise<void> {
  const blobs = join(staging, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const layers = new Map(images.flatMap((image) => image.spec.layers).map((layer) => [layer.digest, layer.path]));
  for (const [digest, source] of layers) await linkOrCopy(source, join(blobs, hex(digest)));
  for (const { config, manifest } of images) {
    await writeFile(join(blobs, hex(config.digest)), config.content);
    await writeFile(join(blobs, hex(manifest.digest)), manifest.content);
  }
  await writeFile(join(staging, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(staging, 'index.json'), JSON.stringify(ociIndex(images)));
  await writeFile(join(staging, 'manifest.json'), JSON.stringify(dockerManifest(images)));
  await run('tar', [
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '-cf',
    path,
    '-C',
    staging,
    '.',
  ]);
}

/** One entry a name: the image store of a node takes the name from the annotation. */
function ociIndex(images: readonly BuiltImage[]): Record<string, unknown> {
  const manifests = images.flatMap(({ spec, manifest }) =>
    spec.names.map((name) => ({
      mediaType: mediaTypes.manifest,
      digest: manifest.digest,
      size: Buffer.byteLength(manifest.content),
      annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': tagOf(name) },
    })),
  );
  return { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
}

function dockerManifest(images: readonly BuiltImage[]): unknown {
  return images.map(({ spec, config }) => ({
    Config: `blobs/sha256/${hex(config.digest)}`,
    RepoTags: spec.names,
    Layers: spec.layers.map((layer) => `blobs/sha256/${hex(layer.digest)}`),
  }));
}

function tagOf(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

function hex(digest: string): string {
  return digest.replace('sha256:', '');
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error: unknown) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await copyFile(from, to);
  }
}
