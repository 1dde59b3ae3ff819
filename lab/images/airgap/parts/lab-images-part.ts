import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageRecord } from '../../../../src/experiment/run-record/environment.ts';
import { writeArchive } from '../../oci/archive.ts';
import { type Architecture, type BuiltImage, buildImage } from '../../oci/image.ts';
import { compressLayer, type Layer, packLayer, readLayer } from '../../oci/layer.ts';
import type { Versions } from '../../versions.ts';
import { type ImageRecipe, kubeRouterImage, partsOf } from './image-table.ts';
import type { BuildContext, Part } from './part.ts';

export const ARCHIVE = 'images.tar';
export const RECORDS = 'images.json';

/** The images that are baked into the nodes. */
export function labImagesPart(table: readonly ImageRecipe[], architecture: Architecture): Part {
  return imagesPart({ id: 'lab-images', title: 'images of the lab', expectedSeconds: 12 }, table, architecture);
}

/** What enforces NetworkPolicy in the cluster that the healer's chart is tried on; the lab does without it. */
export function networkPolicyImagePart(versions: Versions, architecture: Architecture): Part {
  const head = { id: 'kube-router-image', title: 'image of kube-router', optional: true, expectedSeconds: 5 } as const;
  return imagesPart(head, [kubeRouterImage(versions)], architecture);
}

type Head = Pick<Part, 'id' | 'title' | 'optional' | 'expectedSeconds'>;

/** One archive with every image of the table, layers shared, and a record of what each of them really is. */
function imagesPart(head: Head, table: readonly ImageRecipe[], architecture: Architecture): Part {
  return {
    ...head,
    needs: partsOf(table),
    inputs: { recipe: 2, table, architecture },
    files: [],
    build: async (context) => {
      const bases = new Map<string, Layer>();
      const images: BuiltImage[] = [];
      for (const [index, recipe] of table.entries()) {
        const layers = [...(await baseLayers(context, recipe, bases)), await fileLayer(context, recipe, index)];
        const { names, entrypoint, user } = recipe;
        const config = { entrypoint, ...(user === undefined ? {} : { user }) };
        images.push(buildImage({ names, layers, config }, architecture));
      }
      await writeArchive(context.run, images, join(context.work, 'staging'), join(context.out, ARCHIVE));
      await writeFile(join(context.out, RECORDS), JSON.stringify(recordsOf(table, images), null, 2));
    },
  };
}

async function baseLayers(context: BuildContext, recipe: ImageRecipe, known: Map<string, Layer>): Promise<Layer[]> {
  const { base } = recipe;
  if (base === undefined) return [];
  const layer = known.get(base) ?? (await compressedBase(context, base));
  known.set(base, layer);
  return [layer];
}

async function fileLayer(context: BuildContext, recipe: ImageRecipe, index: number): Promise<Layer> {
  const folder = join(context.work, `files-${index}`);
  await mkdir(folder);
  for (const [place, file] of Object.entries(recipe.files)) {
    const source = join(context.outputOf(file.part), file.path);
    await context.run('install', ['-D', '-m', '0755', source, join(folder, place)]);
  }
  const layer = await packLayer(context.run, folder, `${folder}.tar`);
  await rm(folder, { recursive: true });
  return compressLayer(layer, `${layer.path}.zst`);
}

async function compressedBase(context: BuildContext, base: string): Promise<Layer> {
  const layer = await readLayer(join(context.outputOf(base), 'root.tar'));
  return compressLayer(layer, join(context.work, `${base}.tar.zst`));
}

function recordsOf(table: readonly ImageRecipe[], images: readonly BuiltImage[]): ImageRecord[] {
  return table.flatMap(({ names, version }, index) =>
    names.map((name) => ({ name, source: 'airgap' as const, version, digest: images[index]?.config.digest ?? '' })),
  );
}
