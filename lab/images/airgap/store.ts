import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ifAbsent } from '../../../src/absent.ts';
import type { Run } from '../../../src/adapters/process/command.ts';
import { unmountBelow } from '../../../src/adapters/process/mounts.ts';
import type { Durations } from './parts/estimate.ts';

const stampSchema = z.object({
  id: z.string(),
  key: z.string(),
  builtAtMs: z.number(),
  seconds: z.number(),
});

/** Written into the output of every finished part. */
export type Stamp = z.infer<typeof stampSchema>;

/** The folders of one attempt to build a part. */
export interface Attempt {
  readonly folder: string;
  readonly out: string;
  readonly work: string;
}

/** Finished parts on disk; a part exists under its final name or not at all. */
export class PartStore {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  get #unfinished(): string {
    return join(this.root, 'unfinished');
  }

  folderOf(id: string, key: string): string {
    return join(this.root, 'parts', `${id}-${key}`);
  }

  logOf(id: string): string {
    return join(this.root, 'logs', `${id}.log`);
  }

  async has(id: string, key: string): Promise<boolean> {
    const text = await readFile(join(this.folderOf(id, key), 'stamp.json'), 'utf8').catch(ifAbsent(undefined));
    return text !== undefined && stampSchema.parse(JSON.parse(text)).key === key;
  }

  /**
   * Two empty folders that no earlier attempt knows: a program that outlived its killed runner goes on writing into the
   * folders of that attempt, never into these.
   */
  async begin(id: string): Promise<Attempt> {
    const folder = join(this.#unfinished, `${id}-${randomUUID().slice(0, 8)}`);
    const attempt = { folder, out: join(folder, 'out'), work: join(folder, 'work') };
    await mkdir(attempt.out, { recursive: true });
    await mkdir(attempt.work);
    return attempt;
  }

  /** Removes what interrupted attempts have left; only for the one process that holds the lock. */
  async clean(run: Run): Promise<void> {
    await unmountBelow(run, [this.#unfinished]);
    await rm(this.#unfinished, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Makes the output visible under its final name in one step. */
  async finish({ folder, out }: Attempt, stamp: Stamp): Promise<void> {
    await writeFile(join(out, 'stamp.json'), `${JSON.stringify(stamp, null, 2)}\n`);
    const final = this.folderOf(stamp.id, stamp.key);
    await mkdir(join(this.root, 'parts'), { recursive: true });
    await rm(final, { recursive: true, force: true });
    await rename(out, final);
    await rm(folder, { recursive: true, force: true });
    await this.#remember(stamp);
  }

  /** Removes outputs whose key is no longer wanted. */
  async prune(wanted: ReadonlyMap<string, string>): Promise<void> {
    const names = new Set([...wanted].map(([id, key]) => `${id}-${key}`));
    for (const name of await readdir(join(this.root, 'parts'))) {
      if (!names.has(name)) await rm(join(this.root, 'parts', name), { recursive: true, force: true });
    }
  }

  /** Seconds of work by part, from the last time each was built. */
  async durations(): Promise<Durations> {
    const folder = join(this.root, 'durations');
    const names = await readdir(folder).catch(ifAbsent([]));
    const pairs = await Promise.all(
      names.map(async (name) => [name, Number(await readFile(join(folder, name), 'utf8'))] as const),
    );
    return Object.fromEntries(pairs.filter(([, seconds]) => seconds > 0));
  }

  /** A file of its own for every part, because several may be done at the same moment. */
  async #remember({ id, seconds }: Stamp): Promise<void> {
    await mkdir(join(this.root, 'durations'), { recursive: true });
    await writeFile(join(this.root, 'durations', id), `${seconds}\n`);
  }
}
