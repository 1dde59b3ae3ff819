import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Run } from '../../src/adapters/process/command.ts';
import { bundle } from './bundle.ts';
import { digestOf, digestOfFile } from './oci/digest.ts';
import { type Architecture, type BuiltImage, buildImage } from './oci/image.ts';
import { compressLayer, type Layer, packLayer } from './oci/layer.ts';
import type { ProductImage } from './product-images.ts';

/** A program of ours, bundled; the digest changes when anything that goes into its image changes. */
export interface BundledProgram {
  readonly image: ProductImage;
  readonly code: string;
  readonly digest: string;
}

export const ENTRYPOINT = ['/usr/local/bin/node', '/app/main.mjs'];
export const USER = '65532:65532';
/**
 * Of every program of ours. One arena and memory given back early: the allocator would otherwise keep for each thread what
 * reading a large list once took.
 */
export const PROGRAM_ENVIRONMENT = {
  NODE_ENV: 'production',
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '65536',
} as const;

export async function bundleProgram(image: ProductImage): Promise<BundledProgram> {
  const code = await bundle(image.entry);
  const extras: string[] = [];
  for (const [place, source] of Object.entries(image.extraFiles)) extras.push(place, await digestOfFile(source));
  const environment = JSON.stringify(PROGRAM_ENVIRONMENT);
  return { image, code, digest: digestOf([code, image.name, environment, ...extras].join('\0')) };
}

/** Writes what the program's image has beyond Node.js itself into a folder laid out like the image. */
export async function writeProgramFiles(program: BundledProgram, folder: string): Promise<void> {
  await mkdir(join(folder, 'app'), { recursive: true });
  await writeFile(join(folder, 'app', 'main.mjs'), program.code);
  for (const [place, source] of Object.entries(program.image.extraFiles)) {
    await mkdir(dirname(join(folder, place)), { recursive: true });
    await copyFile(source, join(folder, place));
  }
}

/** The image of a program on top of the Node.js layers: unprivileged, and content with a read-only root. */
export async function buildProgramImage(
  run: Run,
  program: BundledProgram,
  runtime: readonly Layer[],
  work: string,
  architecture: Architecture,
): Promise<BuiltImage> {
  const folder = join(work, program.image.id);
  await writeProgramFiles(program, folder);
  const packed = await packLayer(run, folder, `${folder}.tar`);
  const layer = await compressLayer(packed, `${folder}.tar.zst`);
  const config = {
    entrypoint: ENTRYPOINT,
    user: USER,
    workingDir: '/app',
    env: PROGRAM_ENVIRONMENT,
    labels: { 'healproof.dev/bundle': program.digest },
  };
  return buildImage({ names: [program.image.name], layers: [...runtime, layer], config }, architecture);
}
