import type { Workbench } from '../workbench/workbench.ts';

/** Removes the lab; with `all` also engine, images and cache. */
export async function down(
  { labParts, progress, signal }: Workbench,
  options: { readonly all: boolean; readonly force: boolean },
): Promise<number> {
  const { lab } = await labParts();
  for (const sentence of await lab.down({ progress, signal, ...options })) progress.note(sentence);
  return 0;
}
