import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FinishedRun } from '../../ports/result-writer.ts';
import type { Picture } from './description.ts';

/** A run's folder as far as Allure is concerned. */
export interface ShownFolder {
  readonly dir: string;
  /** Files in it that hold something, besides `run.json`. */
  readonly paths: readonly string[];
  /** Shown in the page itself, before everything that must be opened. */
  readonly pictures: readonly (Picture & { readonly path: string })[];
}

/** A run that was put away, as Allure is to show it. */
export async function shownFolder({ dir, record, pictures }: FinishedRun): Promise<ShownFolder> {
  const paths = record.files.filter(({ bytes }) => bytes > 0).map(({ path }) => path);
  const drawn = pictures.map(async ({ name, path }) => ({ name, path, svg: await readFile(join(dir, path), 'utf8') }));
  return { dir, paths, pictures: await Promise.all(drawn) };
}
