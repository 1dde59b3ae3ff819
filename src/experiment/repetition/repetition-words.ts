import { counted } from '../../counted.ts';
import type { Repeat } from '../../scenario/model/scenario.ts';
import type { RepetitionOutcome } from './repetition.ts';

/** What is claimed of the runs, to be put before "hold". */
export function claimWords(repeat: Repeat): string {
  if (repeat.kind === 'every-run') return `each of ${counted(repeat.runs, 'run')}`;
  return `${repeat.percentile} % of runs, with ${repeat.confidence} % confidence`;
}

/** Runs that count as trials, and how they ended. */
export function tallyWords({ held, broken, open, uncounted }: Readonly<Record<RepetitionOutcome, number>>): string {
  const beside = uncounted === 0 ? '' : `; ${uncounted} not counted, no fault was in`;
  return `n = ${held + broken + open}: ${held} held, ${broken} did not, ${open} of unknown end${beside}`;
}
