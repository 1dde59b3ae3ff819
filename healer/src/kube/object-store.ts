export interface ObjectChange<T> {
  readonly key: string;
  readonly previous: T | undefined;
  readonly current: T | undefined;
}

/** What a reflector last saw of one kind of object, by `namespace/name`. Listeners must not throw; they only enqueue. */
export class ObjectStore<T> {
  readonly #objects = new Map<string, T>();
  readonly #listeners: ((change: ObjectChange<T>) => void)[] = [];

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  entries(): IterableIterator<[string, T]> {
    return this.#objects.entries();
  }

  get size(): number {
    return this.#objects.size;
  }

  onChange(listener: (change: ObjectChange<T>) => void): void {
    this.#listeners.push(listener);
  }

  set(key: string, current: T): void {
    const previous = this.#objects.get(key);
    this.#objects.set(key, current);
    this.#tell({ key, previous, current });
  }

  delete(key: string): void {
    const previous = this.#objects.get(key);
    if (previous === undefined) return;
    this.#objects.delete(key);
    this.#tell({ key, previous, current: undefined });
  }

  /** Removes what a complete list no longer contains. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of [...this.#objects.keys()]) if (!keys.has(key)) this.delete(key);
  }

  #tell(change: ObjectChange<T>): void {
    for (const listener of this.#listeners) listener(change);
  }
}
