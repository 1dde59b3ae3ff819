import { counted } from '../../counted.ts';
import { type RunSummary, runLabel } from '../../experiment/run-record/run-summary.ts';
import { formatDuration } from '../../scenario/model/duration.ts';
import { type Line, VERDICTS } from './lines.ts';

const WORD_WIDTH = Math.max(...Object.values(VERDICTS).map(({ word }) => word.length));

/** Every run in a line, then how many ended how. */
export function suiteLines(runs: readonly RunSummary[]): Line[] {
  const width = Math.max(...runs.map((run) => runLabel(run).length));
  const rows = runs.map((run): Line => {
    const { word, tone } = VERDICTS[run.outcome];
    return [
      { text: `  ${word.padEnd(WORD_WIDTH)}`, tone },
      { text: `  ${runLabel(run).padEnd(width)}`, tone: 'plain' },
      { text: `  ${run.sentence}`, tone: 'dim' },
    ];
  });
  return [[], ...rows, [{ text: `${countsOf(runs)} in ${tookOf(runs)}`, tone: 'strong' }]];
}

function countsOf(runs: readonly RunSummary[]): string {
  const counts = Object.entries(VERDICTS).flatMap(([outcome, { word }]) => {
    const count = runs.filter((run) => run.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${word.toLowerCase()}`];
  });
  return `${counted(runs.length, 'run')}: ${counts.join(', ')}`;
}

function tookOf(runs: readonly RunSummary[]): string {
  const startedAtMs = Math.min(...runs.map((run) => run.startedAtMs));
  const tookMs = Math.max(...runs.map((run) => run.endedAtMs)) - startedAtMs;
  return formatDuration(Math.round(tookMs / 1000) * 1000);
}
