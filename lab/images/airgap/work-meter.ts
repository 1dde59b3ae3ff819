/**
 * Measures how much of the machine each part has had: while two parts run, each gets half a second of work per second.
 * So what is remembered of a part does not depend on what ran beside it, and what is left adds up.
 */
export class WorkMeter {
  readonly #seconds = new Map<string, number>();
  #sinceMs = 0;

  start(id: string, nowMs: number): void {
    this.#advance(nowMs);
    this.#seconds.set(id, 0);
  }

  /** Seconds of work that the part took. */
  stop(id: string, nowMs: number): number {
    this.#advance(nowMs);
    const seconds = this.#seconds.get(id) ?? 0;
    this.#seconds.delete(id);
    return seconds;
  }

  /** Seconds of work so far, of every part that is running. */
  running(nowMs: number): ReadonlyMap<string, number> {
    this.#advance(nowMs);
    return new Map(this.#seconds);
  }

  #advance(nowMs: number): void {
    const share = (nowMs - this.#sinceMs) / 1000 / this.#seconds.size;
    for (const [id, seconds] of this.#seconds) this.#seconds.set(id, seconds + share);
    this.#sinceMs = nowMs;
  }
}
