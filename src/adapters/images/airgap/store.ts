import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Durations } from './estimate.ts';

const stampSchema = z.object({
  id: z.string(),
  key: z.string(),
  builtAtMs: z.number(),
  seconds: z.number(),
});

/** Written into the output of every finished part. */
export type Stamp = z.infer<typeof stampSchema>;

/** Finished parts on disk; a part exists under its final name or not at all. */
export class PartStore {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  folderOf(id: string, key: string): string {
    return join(this.root, 'parts', `${id}-${key}`);
  }

  logOf(id: string): string {
    return join(this.root, 'logs', `${id}.log`);
  }

  async has(id: string, key: string): Promise<boolean> {
    const text = await readFile(join(this.folderOf(id, key), 'stamp.json'), 'utf8').catch(() => undefined);
    return text !== undefined && stampSchema.parse(JSON.parse(text)).key === key;
  }

  /** Two empty folders; whatever an interrupted attempt left in them is gone. */
  async begin(id: string): Promise<{ out: string; work: string }> {
    const folder = join(this.root, 'unfinished', id);
    await rm(folder, { recursive: true, force: true });
    const [out, work] = [join(folder, 'out'), join(folder, 'work')];
    await mkdir(out, { recursive: true });
    await mkdir(work);
    return { out, work };
  }

  /** Makes the output visible under its final name in one step and drops older outputs of the same part. */
  async finish(out: string, stamp: Stamp): Promise<void> {
    await writeFile(join(out, 'stamp.json'), `${JSON.stringify(stamp, null, 2)}\n`);
    const final = this.folderOf(stamp.id, stamp.key);
    await mkdir(join(this.root, 'parts'), { recursive: true });
    await rm(final, { recursive: true, force: true });
    await rename(out, final);
    await rm(join(this.root, 'unfinished', stamp.id), { recursive: true, force: true });
    await this.#remember(stamp);
  }

  /** Removes outputs whose key is no longer wanted. */
  async prune(wanted: ReadonlyMap<string, string>): Promise<void> {
    const names = new Set([...wanted].map(([id, key]) => `${id}-${key}`));
    for (const name of await readdir(join(this.root, 'parts'))) {
      if (!names.has(name)) await rm(join(this.root, 'parts', name), { recursive: true, force: true });
    }
  }

  async durations(): Promise<Durations> {
    const text = await readFile(join(this.root, 'durations.json'), 'utf8').catch(() => '{}');
    return z.record(z.string(), z.number()).parse(JSON.parse(text));
  }

  async #remember({ id, seconds }: Stamp): Promise<void> {
    const file = join(this.root, 'durations.json');
    const durations = { ...(await this.durations()), [id]: seconds };
    await writeFile(`${file}.new`, `${JSON.stringify(durations, null, 2)}\n`);
    await rename(`${file}.new`, file);
  }
}
