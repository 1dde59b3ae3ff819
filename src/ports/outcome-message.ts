import { verdictSentence } from '../experiment/result/wording.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';

/** Why a run did not pass, as a test says it: what was left behind first, then the verdict and its reasons. */
export function outcomeMessage({ judgement, evidence, leaks, cleanupErrors }: RunRecord): string {
  return [
    ...leaks.map(({ what, detail }) => `Still there afterwards: ${what}: ${detail}`),
    ...cleanupErrors.map((error) => `Clean-up failed: ${error}`),
    verdictSentence(judgement, evidence),
    ...(judgement?.reasons ?? []).map(({ code, message }) => `${code}: ${message}`),
  ].join('\n');
}
