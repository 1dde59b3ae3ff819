import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Run } from '../../../src/adapters/process/command.ts';
import { InternalError } from '../../../src/errors.ts';

const NAME = 'io.containerd.image.name';
const descriptor = z.looseObject({ digest: z.string(), annotations: z.record(z.string(), z.string()).optional() });
const indexSchema = z.looseObject({ manifests: z.array(descriptor) });
const manifestSchema = z.object({ config: descriptor, layers: z.array(descriptor) });
const dockerSchema = z.array(
  z.object({ Config: z.string(), RepoTags: z.array(z.string()), Layers: z.array(z.string()) }),
);

/** Writes an archive with the named images out of archives that hold more; `work` must be an empty folder. */
export async function selectImages(
  run: Run,
  archives: readonly string[],
  names: readonly string[],
  { work, target }: { readonly work: string; readonly target: string },
): Promise<void> {
  const staging = join(work, 'selected');
  await mkdir(staging, { recursive: true });
  const wanted = new Set(names);
  const manifests: unknown[] = [];
  const docker: unknown[] = [];
  for (const [position, archive] of archives.entries()) {
    const found = await readIndex(run, archive, join(work, `index-${position}`), wanted);
    if (found.blobs.length > 0) await run('tar', ['-xf', archive, '-C', staging, ...found.blobs]);
    manifests.push(...found.manifests);
    docker.push(...found.docker);
    for (const { annotations } of found.manifests) wanted.delete(annotations?.[NAME] ?? '');
  }
  if (wanted.size > 0) throw new InternalError(`no archive holds ${[...wanted].join(', ')}`);
  await writeFile(join(staging, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(staging, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(staging, 'manifest.json'), JSON.stringify(docker));
  await run('tar', ['-cf', target, '-C', staging, '.']);
}

async function readIndex(run: Run, archive: string, folder: string, wanted: ReadonlySet<string>) {
  await mkdir(folder);
  await run('tar', ['-xf', archive, '-C', folder, './index.json', './manifest.json']);
  const index = indexSchema.parse(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')));
  const manifests = index.manifests.filter(({ annotations }) => wanted.has(annotations?.[NAME] ?? ''));
  const blobs = new Set<string>();
  for (const { digest } of manifests) for (const blob of await blobsOf(run, archive, folder, digest)) blobs.add(blob);
  const all = dockerSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const docker = all
    .map((image) => ({ ...image, RepoTags: image.RepoTags.filter((name) => wanted.has(name)) }))
    .filter((image) => image.RepoTags.length > 0);
  await rm(folder, { recursive: true });
  return { manifests, docker, blobs: [...blobs] };
}

async function blobsOf(run: Run, archive: string, folder: string, digest: string): Promise<string[]> {
  const path = blobPath(digest);
  await run('tar', ['-xf', archive, '-C', folder, path]);
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, path), 'utf8')));
  return [path, blobPath(manifest.config.digest), ...manifest.layers.map((layer) => blobPath(layer.digest))];
}

function blobPath(digest: string): string {
  return `./blobs/sha256/${digest.replace('sha256:', '')}`;
}
