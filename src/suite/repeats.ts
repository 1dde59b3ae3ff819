import { type EarlierRun, earlierRun } from '../adapters/evidence/history.ts';
import { judgeRepetition } from '../experiment/repetition/repetition.ts';
import type { RepetitionView } from '../experiment/repetition/repetition-view.ts';
import type { Repeated } from '../experiment/result/exit-code.ts';
import type { RunRecord, Turn } from '../experiment/run-record/run-record.ts';
import type { Repeat, Scenario } from '../scenario/model/scenario.ts';

/** What `repetitions.json` holds of every scenario that was run several times, or claims something of many runs. */
export interface Repetition extends RepetitionView {
  readonly digest: string;
  readonly healer: 'on' | 'off';
}

/** What has to be shown; asking for more runs than a scenario does makes every one of them count, asking for fewer proves less. */
export function repeatOf({ repeat }: Scenario, asked: number | null): Repeat | null {
  if (repeat?.kind === 'percentile') return repeat;
  const runs = Math.max(repeat?.runs ?? 1, asked ?? 1);
  return runs === 1 ? null : { kind: 'every-run', runs };
}

/** The runs to make, one after the other; null stands for a single one that is no turn of anything. */
export function turnsOf({ repeat }: Scenario, asked: number | null): readonly (Turn | null)[] {
  const planned = asked ?? (repeat?.kind === 'every-run' ? repeat.runs : 1);
  if (planned === 1) return [null];
  return Array.from({ length: planned }, (_, index) => ({ index: index + 1, planned }));
}

/** The runs of a suite by scenario, and what they say together with those before. */
export class Repeats {
  readonly #asked: number | null;
  readonly #earlier: Readonly<Record<string, readonly EarlierRun[]>>;
  readonly #runs = new Map<string, EarlierRun[]>();

  constructor(asked: number | null, earlier: Readonly<Record<string, readonly EarlierRun[]>>) {
    this.#asked = asked;
    this.#earlier = earlier;
  }

  add(record: RunRecord): void {
    const { name } = record.evidence.scenario;
    this.#runs.set(name, [...(this.#runs.get(name) ?? []), earlierRun(record)]);
  }

  /** No further run would change the verdict. The first run is always made: it was asked for. */
  isDecided(scenario: Scenario): boolean {
    if ((this.#runs.get(scenario.name) ?? []).length === 0) return false;
    const verdict = this.verdictOf(scenario, 'on')?.verdict;
    return verdict === 'fail' || (verdict === 'pass' && repeatOf(scenario, this.#asked)?.kind === 'percentile');
  }

  /** Null where a single run stands for itself, or where every run was skipped. */
  verdictOf(scenario: Scenario, healer: 'on' | 'off'): Repetition | null {
    const { name, title, file, digest } = scenario;
    const repeat = repeatOf(scenario, this.#asked);
    const runs = this.#runs.get(name) ?? [];
    if (repeat === null || runs.every(({ outcome }) => outcome === 'skipped')) return null;
    const earlier = repeat.kind === 'percentile' ? (this.#earlier[name] ?? []) : [];
    const system = runs.findLast((run) => run.system !== null)?.system ?? null;
    const same = earlier.filter((run) => system !== null && run.system === system);
    const judged = judgeRepetition(repeat, [...same, ...runs]);
    const others = earlier.length - same.length;
    const strange = others === 0 ? [] : [`${others} earlier run(s) were of other versions or images and do not count`];
    return {
      ...judged,
      remarks: [...judged.remarks, ...strange],
      ...{ scenario: name, title, file, digest, healer, repeat },
      runs: runs.map(({ runId }) => runId),
      earlier: same.map(({ runId }) => runId),
      trials: [...same.map((run) => trial(run, true)), ...runs.map((run) => trial(run, false))],
    };
  }
}

function trial({ system: _system, ...run }: EarlierRun, isEarlier: boolean): Repetition['trials'][number] {
  return { ...run, isEarlier };
}

/** What the exit code is told of a repetition. */
export function repeatedOf({ verdict, repeat, runs }: Repetition, records: readonly RunRecord[]): Repeated {
  const ids = new Set(runs);
  return {
    verdict,
    runs: records.filter(({ runId }) => ids.has(runId)),
    isStatistical: repeat.kind === 'percentile',
  };
}
