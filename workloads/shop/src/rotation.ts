/** A back-end pod as a caller addresses it. */
export interface Backend {
  /** What it is called in metrics: its pod IP. */
  readonly replica: string;
  readonly host: string;
  readonly port: number;
}

/** What changed when the name service was asked again. */
export interface RotationChange {
  readonly joined: readonly string[];
  /** Left long enough ago that nobody needs its series any more. */
  readonly forgotten: readonly string[];
}

/** Round robin over exactly the back ends that the last look-up named. Times are milliseconds of any one clock. */
export class Rotation {
  readonly #forgetAfterMs: number;
  #members: readonly Backend[] = [];
  #turn = 0;
  readonly #leftAtMs = new Map<string, number>();

  constructor(forgetAfterMs: number) {
    this.#forgetAfterMs = forgetAfterMs;
  }

  get size(): number {
    return this.#members.length;
  }

  next(): Backend | undefined {
    const chosen = this.#members[this.#turn % Math.max(1, this.#members.length)];
    this.#turn += 1;
    return chosen;
  }

  replace(members: readonly Backend[], nowMs: number): RotationChange {
    const before = new Set(this.#members.map((each) => each.replica));
    const after = new Set(members.map((each) => each.replica));
    for (const replica of before) if (!after.has(replica)) this.#leftAtMs.set(replica, nowMs);
    const joined = [...after].filter((replica) => !before.has(replica) && !this.#leftAtMs.has(replica));
    for (const replica of after) this.#leftAtMs.delete(replica);
    this.#members = [...members].sort((a, b) => a.replica.localeCompare(b.replica));
    return { joined, forgotten: this.#forget(nowMs) };
  }

  #forget(nowMs: number): string[] {
    const due = [...this.#leftAtMs].filter(([, leftAtMs]) => nowMs - leftAtMs >= this.#forgetAfterMs);
    const replicas = due.map(([replica]) => replica);
    for (const replica of replicas) this.#leftAtMs.delete(replica);
    return replicas;
  }
}
