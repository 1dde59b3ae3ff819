import { readFile, rename, writeFile } from 'node:fs/promises';

export interface Item {
  readonly id: string;
  readonly priceCents: number;
  /** How often this replica was asked for it. */
  readonly views: number;
}

const MAX_ITEMS = 1000;

/** The back end's small state: how often each item was looked at. Kept in memory, and in a file where one is named. */
export class ItemStore {
  readonly #views = new Map<string, number>();
  readonly #file: string | undefined;
  #dirty = false;

  private constructor(file: string | undefined) {
    this.#file = file;
  }

  /** @throws when the file exists and cannot be read. */
  static async open(file: string | undefined): Promise<ItemStore> {
    const store = new ItemStore(file);
    if (file === undefined) return store;
    for (const [id, views] of Object.entries(await readViews(file))) store.#views.set(id, views);
    return store;
  }

  look(id: string): Item {
    const views = (this.#views.get(id) ?? 0) + 1;
    if (this.#views.has(id) || this.#views.size < MAX_ITEMS) this.#views.set(id, views);
    this.#dirty = true;
    return { id, priceCents: priceOf(id), views };
  }

  /** Writes the file if anything changed; a reader sees the old file or the new one, never half of it. */
  async save(): Promise<void> {
    if (this.#file === undefined || !this.#dirty) return;
    this.#dirty = false;
    await writeFile(`${this.#file}.new`, JSON.stringify(Object.fromEntries(this.#views)));
    await rename(`${this.#file}.new`, this.#file);
  }
}

async function readViews(file: string): Promise<Record<string, number>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, number>;
  } catch (error: unknown) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/** The same item costs the same on every replica. */
function priceOf(id: string): number {
  let hash = 7;
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 10_000;
  return 100 + hash;
}
