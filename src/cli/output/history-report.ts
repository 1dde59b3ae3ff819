import type { Span } from '../../experiment/evidence/interval.ts';
import { type Trend, trendsOf } from '../../experiment/repetition/trend.ts';
import { PHASES } from '../../experiment/result/judgement.ts';
import { formatSeconds, formatSpan } from '../../experiment/result/wording.ts';
import type { RunSummary } from '../../experiment/run-record/run-summary.ts';
import { canonicalJson } from '../../scenario/model/canonical.ts';

/** The runs of one scenario, and the trend of what they measured. A control, and another value of a parameter, has its own. */
export interface ScenarioHistory {
  readonly scenario: string;
  readonly healer: 'on' | 'off';
  readonly params: RunSummary['params'];
  /** Oldest first. */
  readonly runs: readonly RunSummary[];
  readonly trends: readonly Trend[];
}

export function historiesOf(runs: readonly RunSummary[], last: number): ScenarioHistory[] {
  const groups = Map.groupBy(runs, ({ scenario, healer, params }) => `${scenario} ${healer} ${canonicalJson(params)}`);
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const newest = group.slice(-last);
      const { scenario, healer, params } = first;
      return [{ scenario, healer, params, runs: newest, trends: trendsOf(newest) }];
    })
    .toSorted((a, b) => a.scenario.localeCompare(b.scenario) || b.healer.localeCompare(a.healer));
}

export function historyText(history: ScenarioHistory): string {
  const { scenario, healer, params, runs, trends } = history;
  const given = Object.entries(params).map(([name, value]) => `  ${name}=${value}`);
  const head = ['run', 'outcome', 'recovery', ...PHASES];
  const rows = runs.map((run) => [
    run.turn === null ? run.runId : `${run.runId} (${run.turn.index} of ${run.turn.planned})`,
    run.outcome,
    recoveryWords(run),
    ...PHASES.map((phase) => tookIn(run, phase)),
  ]);
  const lines = [
    `${scenario}${healer === 'off' ? ' (healer off)' : ''}${given.join('')}`,
    ...table([head, ...rows]),
    ...(trends.length === 0
      ? []
      : ['', ...table([['', 'n', 'p50', 'p95', 'oldest to newest'], ...trends.map(trendCells)])]),
  ];
  return `${lines.join('\n')}\n`;
}

function recoveryWords({ recovery, absorbed }: RunSummary): string {
  return recovery === null ? (absorbed ? 'absorbed' : '–') : formatSpan(recovery);
}

function tookIn({ phases }: RunSummary, phase: string): string {
  const took: Span | null = phases.find((each) => each.phase === phase)?.took ?? null;
  return took === null ? '–' : formatSpan(took);
}

function trendCells({ what, n, p50Ms, p95Ms, upperMs }: Trend): string[] {
  const seconds = (ms: number | null): string => (ms === null ? '–' : `${formatSeconds(ms)} s`);
  return [what, String(n), seconds(p50Ms), seconds(p95Ms), sparkline(upperMs)];
}

const BARS = '▁▂▃▄▅▆▇█';

/** One bar a value, the largest the highest; from zero, so that small changes look small. */
export function sparkline(values: readonly number[]): string {
  const largest = Math.max(...values);
  const top = BARS.length - 1;
  return values.map((value) => BARS[largest <= 0 ? 0 : Math.round((value / largest) * top)] ?? '').join('');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, index) =>
    Math.max(...rows.map((row) => (row[index] ?? '').length)),
  );
  return rows.map((row) => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd());
}
