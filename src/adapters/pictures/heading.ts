import { outcomeOf, type RunOutcome } from '../../experiment/result/exit-code.ts';
import { verdictSentence } from '../../experiment/result/wording.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { element, label } from './svg.ts';

const CHIPS: Readonly<Record<RunOutcome, { readonly word: string; readonly tone: string; readonly width: number }>> = {
  pass: { word: 'PASS', tone: 'good', width: 52 },
  fail: { word: 'FAIL', tone: 'bad', width: 50 },
  inconclusive: { word: 'INCONCLUSIVE', tone: 'doubt', width: 116 },
  leak: { word: 'LEAK', tone: 'bad', width: 52 },
  skipped: { word: 'SKIPPED', tone: 'neutral', width: 78 },
};

export const HEADING_HEIGHT = 70;

/** Title, verdict and the sentence that says what was learned; the same on every picture. */
export function heading(record: RunRecord, left: number): string[] {
  const { word, tone, width } = CHIPS[outcomeOf(record)];
  const { evidence, judgement } = record;
  const healer = evidence.healer === 'off' ? ' (healer off)' : '';
  return [
    label(`${evidence.scenario.title}${healer}`, { class: 'title', x: left, y: 34 }),
    element('rect', { class: tone, x: left, y: 46, width, height: 20, rx: 10 }),
    label(word, { class: 'onchip', x: left + width / 2, y: 60.5, 'text-anchor': 'middle' }),
    label(verdictSentence(judgement, evidence), { class: 'soft', x: left + width + 10, y: 60.5 }),
  ];
}
