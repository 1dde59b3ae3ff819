import { z } from 'zod';

const Entry = z.object({
  incident: z.string(),
  policy: z.string(),
  /** UID of the workload whose pod was acted on. */
  workload: z.string(),
  /** Generation of that workload's spec at the time. */
  generation: z.number(),
  atMs: z.number(),
  /** Absent while nobody knows whether it helped. */
  outcome: z.enum(['helped', 'failed']).optional(),
});

/** One action of the healer. */
export type LedgerEntry = z.infer<typeof Entry>;

const KEPT = 200;

/** The healer's memory of its own actions: limits are judged by it, and it travels with the Lease. */
export class Ledger {
  #entries: LedgerEntry[] = [];

  entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  add(entry: LedgerEntry): void {
    this.#entries = [...this.#entries, entry].slice(-KEPT);
  }

  /** The action was not carried out after all. */
  remove(incident: string): void {
    this.#entries = this.#entries.filter((entry) => entry.incident !== incident);
  }

  settle(incident: string, outcome: 'helped' | 'failed'): void {
    this.#entries = this.#entries.map((entry) => (entry.incident === incident ? { ...entry, outcome } : entry));
  }

  /** The workload is whole again: failures before that no longer count. */
  forgive(workload: string): void {
    if (!this.#entries.some((entry) => entry.workload === workload && entry.outcome === 'failed')) return;
    this.#entries = this.#entries.map((entry) =>
      entry.workload === workload ? { ...entry, outcome: 'helped' } : entry,
    );
  }

  /** The entries that `belongs` accepts, as text. */
  serialise(belongs: (entry: LedgerEntry) => boolean = () => true): string {
    return JSON.stringify(this.#entries.filter(belongs));
  }

  /** What another replica wrote takes the place of all entries that are its own; as `merge`, it may refuse. */
  adopt(text: string | undefined, belongs: (entry: LedgerEntry) => boolean): string | undefined {
    const before = this.#entries;
    this.#entries = before.filter((entry) => !belongs(entry));
    const problem = this.merge(text);
    if (problem !== undefined) this.#entries = before;
    return problem;
  }

  /** Adds what another replica did; text that is not a ledger is refused with a sentence. */
  merge(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    const parsed = z.array(Entry).safeParse(parseJson(text));
    if (!parsed.success) return 'the record of recent actions on the Lease is unreadable and was ignored';
    const own = new Map(this.#entries.map((entry) => [entry.incident, entry]));
    const merged = new Map([...parsed.data.map((entry) => [entry.incident, entry] as const), ...own]);
    this.#entries = [...merged.values()].sort((a, b) => a.atMs - b.atMs).slice(-KEPT);
    return undefined;
  }
}

/** Failed actions on a workload since the last one that helped or since its spec changed. */
export function failuresInARow(entries: readonly LedgerEntry[], workload: string, generation: number): number {
  let failures = 0;
  for (const entry of [...entries].reverse()) {
    if (entry.workload !== workload || entry.outcome === undefined) continue;
    if (entry.outcome === 'helped' || entry.generation !== generation) break;
    failures += 1;
  }
  return failures;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
