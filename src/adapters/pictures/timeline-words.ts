import type { Judgement } from '../../experiment/result/judgement.ts';
import { formatSeconds, phaseWords, verdictSentence } from '../../experiment/result/wording.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { momentsOf, originOf } from './moments.ts';

/** The timeline in words, for those who cannot see it. */
export function timelineWords(record: RunRecord, judgement: Judgement): string {
  const originMs = originOf(record);
  const moments = momentsOf(judgement).map(({ name, at }) => {
    const [low, high] = [at.earliestMs, at.latestMs].map((ms) => formatSeconds(ms - originMs));
    return `${name} ${low === high ? `at ${low}` : `between ${low} and ${high}`} s`;
  });
  const phases = phaseWords(judgement.phases).map(({ phase, took, budget, outcome }) =>
    [phase, took, budget, outcome].filter((word) => word !== '').join(' '),
  );
  return [
    verdictSentence(judgement, record.evidence),
    `Moments: ${moments.join(', ')}.`,
    ...(judgement.absorbed ? [] : [`Phases: ${phases.join('; ')}.`]),
  ].join(' ');
}
