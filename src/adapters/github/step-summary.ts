import type { RepetitionView } from '../../experiment/repetition/repetition-view.ts';
import { claimWords, tallyWords } from '../../experiment/repetition/repetition-words.ts';
import type { Phase } from '../../experiment/result/judgement.ts';
import { formatLimit, formatSpan } from '../../experiment/result/wording.ts';
import { type RunSummary, runLabel } from '../../experiment/run-record/run-summary.ts';

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
    runLabel(run),
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
function togetherOf({ scenario, verdict, repeat, tally, reasons, remarks, trials }: RepetitionView): string {
  const claim = `**${escapeCell(scenario)}**, claimed for ${claimWords(repeat)}`;
  const why = reasons.map(({ code, message }) => `${code}: ${message}`);
  const runs = `runs: ${trials.map(({ runId }) => `\`${runId}\``).join(', ')}`;
  const rest = [...why, ...remarks].map(escapeCell);
  return `- ${claim}: ${MARKS[verdict]}, ${tallyWords(tally)}${[...rest, runs].map((line) => `<br>${line}`).join('')}`;
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
