import { z } from 'zod';
import { ACTION_TYPES, CONDITION_TYPES } from '../names.ts';

const Entry = z.object({
  incident: z.string(),
  policy: z.string(),
  namespace: z.string(),
  condition: z.enum(CONDITION_TYPES),
  action: z.enum(ACTION_TYPES),
  /** UID of what owns the pod that was acted on. */
  workload: z.string(),
  /** Generation of that workload's spec when it was decided, and after the action where that changed it. */
  generation: z.number(),
  generationAfter: z.number().optional(),
  atMs: z.number(),
  /** Absent while nobody knows whether it helped; `reset`: it did not, but the workload got whole since. */
  outcome: z.enum(['helped', 'failed', 'reset']).optional(),
});

/** One action of the healer. */
export type PastAction = Readonly<z.infer<typeof Entry>>;

const KEPT = 300;

/**
 * The healer's memory of what all its replicas did lately: limits are judged by it. It is filled from Remediations, and
 * faster from the Leases of the shards, where what is about to be done is written before it is done.
 */
export class ActionHistory {
  #entries: readonly PastAction[] = [];

  entries(): readonly PastAction[] {
    return this.#entries;
  }

  /** Adds an action, or what became of one that is known; what is known already is not forgotten. */
  add(entry: PastAction): void {
    const known = this.#entries.find(({ incident }) => incident === entry.incident);
    const outcome = known?.outcome ?? entry.outcome;
    const generationAfter = entry.generationAfter ?? known?.generationAfter;
    const others = this.#entries.filter(({ incident }) => incident !== entry.incident);
    this.#entries = [...others, { ...entry, outcome, generationAfter }].sort((a, b) => a.atMs - b.atMs).slice(-KEPT);
  }

  /** The action was not carried out after all. */
  remove(incident: string): void {
    this.#entries = this.#entries.filter((entry) => entry.incident !== incident);
  }

  settle(incident: string, outcome: 'helped' | 'failed'): void {
    this.#change(
      (entry) => entry.incident === incident,
      (entry) => ({ ...entry, outcome }),
    );
  }

  /** The workload is whole again: failures before that no longer count. */
  resetFailures(workload: string): void {
    this.#change(
      (entry) => entry.workload === workload && entry.outcome === 'failed',
      (entry) => ({ ...entry, outcome: 'reset' }),
    );
  }

  /** The entries that `belongs` accepts, as text. */
  serialise(belongs: (entry: PastAction) => boolean = () => true): string {
    return JSON.stringify(this.#entries.filter(belongs));
  }

  /** What another replica wrote takes the place of all entries that are its own; text that is no action history is refused with a sentence. */
  adopt(text: string | undefined, belongs: (entry: PastAction) => boolean): string | undefined {
    if (text === undefined) return undefined;
    const parsed = z.array(Entry).safeParse(parseJson(text));
    if (!parsed.success) return 'the record of recent actions on the Lease is unreadable and was ignored';
    this.#entries = this.#entries.filter((entry) => !belongs(entry));
    for (const entry of parsed.data) if (belongs(entry)) this.add(entry);
    return undefined;
  }

  #change(which: (entry: PastAction) => boolean, change: (entry: PastAction) => PastAction): void {
    if (!this.#entries.some(which)) return;
    this.#entries = this.#entries.map((entry) => (which(entry) ? change(entry) : entry));
  }
}

/** Actions that touch the cluster; telling somebody is none. */
export function touchesCluster({ action }: PastAction): boolean {
  return action !== 'Notify';
}

/**
 * Failed actions on a workload, newest first, since the last one that helped or since somebody else changed its spec.
 * A change that the healer itself made does not end the row.
 */
export function failuresOf(entries: readonly PastAction[], workload: string, generation: number): PastAction[] {
  const row: PastAction[] = [];
  let expected = generation;
  for (const entry of [...entries].reverse()) {
    if (entry.workload !== workload || entry.outcome === undefined) continue;
    if (entry.outcome !== 'failed' || (entry.generationAfter ?? entry.generation) !== expected) break;
    expected = entry.generation;
    row.push(entry);
  }
  return row;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
