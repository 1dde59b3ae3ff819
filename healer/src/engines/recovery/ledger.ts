import type { ActionType, ConditionType } from '../../names.ts';

/** One action of the healer. */
export interface LedgerEntry {
  readonly incident: string;
  readonly policy: string;
  readonly namespace: string;
  readonly condition: ConditionType;
  readonly action: ActionType;
  /** UID of what owns the pod that was acted on. */
  readonly workload: string;
  /** Generation of that workload's spec when it was decided, and after the action where that changed it. */
  readonly generation: number;
  readonly generationAfter?: number | undefined;
  readonly atMs: number;
  /** Undefined while nobody knows whether it helped; `forgiven`: it did not, but the workload got whole since. */
  readonly outcome?: 'helped' | 'failed' | 'forgiven' | undefined;
}

const KEPT = 500;

/** The healer's memory of what all its replicas did lately: limits are judged by it. It is filled from Remediations. */
export class Ledger {
  #entries: readonly LedgerEntry[] = [];

  entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  /** Adds an action, or what became of one that is known; what is known already is not forgotten. */
  add(entry: LedgerEntry): void {
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
  forgive(workload: string): void {
    this.#change(
      (entry) => entry.workload === workload && entry.outcome === 'failed',
      (entry) => ({ ...entry, outcome: 'forgiven' }),
    );
  }

  #change(which: (entry: LedgerEntry) => boolean, change: (entry: LedgerEntry) => LedgerEntry): void {
    if (!this.#entries.some(which)) return;
    this.#entries = this.#entries.map((entry) => (which(entry) ? change(entry) : entry));
  }
}

/** Actions that touch the cluster; telling somebody is none. */
export function isDeed({ action }: LedgerEntry): boolean {
  return action !== 'Notify';
}

/**
 * Failed actions on a workload, newest first, since the last one that helped or since somebody else changed its spec.
 * A change that the healer itself made does not end the row.
 */
export function failuresOf(entries: readonly LedgerEntry[], workload: string, generation: number): LedgerEntry[] {
  const row: LedgerEntry[] = [];
  let expected = generation;
  for (const entry of [...entries].reverse()) {
    if (entry.workload !== workload || entry.outcome === undefined) continue;
    if (entry.outcome !== 'failed' || (entry.generationAfter ?? entry.generation) !== expected) break;
    expected = entry.generation;
    row.push(entry);
  }
  return row;
}
