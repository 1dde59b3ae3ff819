import type { StoredObject } from './stored-object.ts';

type Tree = Record<string, unknown>;

/** Server-side apply as the fake needs it: fields have managers, lists are taken as one field. */
export class FakeApply {
  readonly #managers = new Map<string, Map<string, string>>();

  /** The object with the patch in it; a sentence when fields of another manager would change and nothing forces it. */
  apply(
    id: string,
    before: StoredObject | undefined,
    patch: StoredObject,
    { manager, force }: { manager: string; force: boolean },
  ): StoredObject | string {
    const managers = this.#managers.get(id) ?? new Map<string, string>();
    const wanted = leaves(patch);
    const present = leaves(before ?? {});
    for (const [path, value] of wanted) {
      const owner = managers.get(path);
      const contested = owner !== undefined && owner !== manager && !same(present.get(path), value);
      if (contested && !force) return `${path} belongs to ${owner}`;
    }
    const dropped = [...managers].filter(([path, owner]) => owner === manager && !wanted.has(path));
    for (const [path] of dropped) {
      managers.delete(path);
      present.delete(path);
    }
    for (const path of wanted.keys()) managers.set(path, manager);
    this.#managers.set(id, managers);
    return grow(new Map([...present, ...wanted])) as unknown as StoredObject;
  }

  forget(id: string): void {
    this.#managers.delete(id);
  }
}

/** Every value that is no object, by its JSON path. */
function leaves(tree: object, path: readonly string[] = []): Map<string, unknown> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) => {
      const here = [...path, key];
      const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
      return nested ? [...leaves(value, here)] : [[JSON.stringify(here), value] as const];
    }),
  );
}

function grow(flat: ReadonlyMap<string, unknown>): Tree {
  const root: Tree = {};
  for (const [path, value] of flat) {
    const keys = JSON.parse(path) as string[];
    const last = keys.pop() ?? '';
    let place = root;
    for (const key of keys) {
      place[key] = Object(place[key] ?? {});
      place = place[key] as Tree;
    }
    place[last] = value;
  }
  return root;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
