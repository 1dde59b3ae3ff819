import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ShownFolder } from '../adapters/allure/messages.ts';
import type { PutAway } from '../adapters/evidence/run-folder.ts';
import { PICTURES } from './views.ts';

/** A run that was put away, as Allure is to show it. */
export async function shownFolder({ dir, record }: PutAway): Promise<ShownFolder> {
  const paths = record.files.filter(({ bytes }) => bytes > 0).map(({ path }) => path);
  const drawn = Object.entries(PICTURES).filter(([, path]) => paths.includes(path));
  const pictures = drawn.map(async ([name, path]) => ({ name, svg: await readFile(join(dir, path), 'utf8') }));
  return { dir, paths, pictures: await Promise.all(pictures) };
}
