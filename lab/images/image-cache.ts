import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ifAbsent } from '../../src/absent.ts';
import type { ImageRecord } from '../../src/experiment/run-record/environment.ts';

const recordsSchema = z.array(
  z.object({ name: z.string(), source: z.enum(['pull', 'airgap']), version: z.string(), digest: z.string() }),
);

/** Archives of our own programs' images, one folder a content key, with the record of what is in it. */
export class ProgramArchives {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  pathOf(key: string): string {
    return join(this.#root, key, 'images.tar');
  }

  async recordsOf(key: string): Promise<readonly ImageRecord[] | undefined> {
    const text = await readFile(join(this.#root, key, 'records.json'), 'utf8').catch(ifAbsent(undefined));
    return text === undefined ? undefined : recordsSchema.parse(JSON.parse(text));
  }

  /** Runs `make` in a scratch folder and shows its result under the key in one step; older archives go. */
  async create(
    key: string,
    make: (archive: string, work: string) => Promise<readonly ImageRecord[]>,
  ): Promise<readonly ImageRecord[]> {
    const draft = join(this.#root, `${key}.unfinished`);
    const work = join(draft, 'work');
    await rm(draft, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    const records = await make(join(draft, 'images.tar'), work);
    await rm(work, { recursive: true });
    await writeFile(join(draft, 'records.json'), JSON.stringify(records, null, 2));
    await rm(join(this.#root, key), { recursive: true, force: true });
    await rename(draft, join(this.#root, key));
    for (const name of await readdir(this.#root)) {
      if (name !== key) await rm(join(this.#root, name), { recursive: true, force: true });
    }
    return records;
  }
}

/** Whether something is there under this path. */
export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
