import type { Phase } from '../../experiment/judgement.ts';
import { formatLimit, formatSpan } from '../../experiment/wording.ts';
import type { RepetitionView } from '../../ports/reporter.ts';
import type { RunSummary } from '../../ports/run-summary.ts';

const MARKS: Readonly<Record<RunSummary['outcome'], string>> = {
  pass: '✅ pass',
  fail: '❌ fail',
  inconclusive: '❔ inconclusive',
  leak: '⚠️ leak',
  skipped: '⏭️ skipped',
};

const COLUMNS = ['scenario', 'verdict', 'recovery', 'of', 'detect', 'act', 'restore', 'what was learned'];

/** A suite as a Markdown table, for `$GITHUB_STEP_SUMMARY`. */
export function stepSummary(
  runs: readonly RunSummary[],
  heads: ReadonlyMap<string, string>,
  problems: readonly string[],
  repetitions: readonly RepetitionView[] = [],
): string {
  const rows = runs.map((run) => [
    `${run.scenario}${run.healer === 'off' ? ' (healer off)' : ''}${run.turn === null ? '' : ` (run ${run.turn.index} of ${run.turn.planned})`}`,
    MARKS[run.outcome],
    run.recovery === null ? (run.absorbed ? 'absorbed' : '') : formatSpan(run.recovery),
    formatLimit(run.withinMs),
    ...(['detect', 'act', 'restore'] as const).map((phase) => tookIn(run, phase)),
    [run.sentence, ...run.reasons.map(({ code, message }) => `${code}: ${message}`), ...run.signals, ...run.leaks].join(
      '<br>',
    ),
  ]);
  return [
    '### healproof',
    '',
    ...(rows.length === 0
      ? []
      : [COLUMNS, COLUMNS.map(() => '---'), ...rows.map((row) => row.map(escapeCell))].map(rowOf)),
    '',
    ...repetitions.map(togetherOf),
    ...problems.map((problem) => `- **Problem:** ${escapeCell(problem)}`),
    ...runs.map(({ runId }) => `- \`${runId}\` sha256 \`${heads.get(runId) ?? 'unknown'}\``),
    '',
  ].join('\n');
}

/** What the runs of one scenario say together. */
function togetherOf({ scenario, verdict, tally, reasons }: RepetitionView): string {
  const { held, broken, open, uncounted } = tally;
  const counts = `${held} held, ${broken} did not, ${open + uncounted} found nothing out`;
  const why = reasons.map(({ code, message }) => `; ${code}: ${message}`).join('');
  return `- **${escapeCell(scenario)}**, all its runs together: ${MARKS[verdict]} (${counts}${escapeCell(why)})`;
}

function tookIn({ phases }: RunSummary, phase: Phase): string {
  const took = phases.find((each) => each.phase === phase)?.took;
  return took === undefined || took === null ? '' : formatSpan(took);
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\r', '').replaceAll('\n', '<br>');
}
