/** When a stage of the tests began and ended, ms since all began. */
export interface StageTime {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where the minutes went: a line for each stage, in the order in which they began. */
export function timeTable(times: readonly StageTime[]): string {
  const rows = times
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map(({ name, fromMs, toMs }) => [name, clock(fromMs), clock(toMs), clock(toMs - fromMs)]);
  const all = [['stage', 'from', 'to', 'took'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const [first = 0, ...rest] = widths;
  return all
    .map(([name = '', ...cells]) => [name.padEnd(first), ...cells.map((cell, at) => cell.padStart(rest[at] ?? 0))])
    .map((cells) => cells.join('  '))
    .join('\n');
}

function clock(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Notes when each of several stages, also such that go on side by side, begins and ends. */
export class StageClock {
  readonly #times: StageTime[] = [];
  readonly #startedAtMs = performance.now();

  async time<T>(name: string, stage: () => Promise<T>): Promise<T> {
    const fromMs = performance.now() - this.#startedAtMs;
    try {
      return await stage();
    } finally {
      this.#times.push({ name, fromMs, toMs: performance.now() - this.#startedAtMs });
    }
  }

  get times(): readonly StageTime[] {
    return this.#times;
  }
}
