import { counted } from '../../counted.ts';
import { claimOf } from '../../experiment/repetition/repetition.ts';
import { fewestRuns } from '../../experiment/repetition/statistics.ts';
import type { Repeat } from '../../scenario/model/scenario.ts';

/** What a scenario asks of its runs together. */
export function repeatWords(repeat: Repeat): string {
  if (repeat.kind === 'every-run') return `${counted(repeat.runs, 'run')}, every one of which must pass`;
  const { percentile, confidence } = repeat;
  const runs = fewestRuns(claimOf(repeat));
  return `${percentile} % of runs with ${confidence} % confidence takes at least ${counted(runs, 'run')}, all of which hold`;
}
