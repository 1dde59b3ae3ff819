interface WatchAge {
  readonly name: string;
  readonly ageMs: number;
}

/** Whether what the watches show can be relied on. */
export class WatchHealth {
  readonly #sources: readonly { watchAges(): readonly WatchAge[] }[];
  readonly #staleAfterMs: number;

  constructor(sources: readonly { watchAges(): readonly WatchAge[] }[], staleAfterMs: number) {
    this.#sources = sources;
    this.#staleAfterMs = staleAfterMs;
  }

  ages(): WatchAge[] {
    return this.#sources.flatMap((source) => source.watchAges());
  }

  /** Name of a watch that the server has not proven alive for too long; undefined when all are fresh. */
  stale(): string | undefined {
    return this.ages().find(({ ageMs }) => !(ageMs <= this.#staleAfterMs))?.name;
  }
}
