import { counted } from '../../counted.ts';
import type { RepetitionView } from '../../experiment/repetition/repetition-view.ts';
import type { RunOutcome } from '../../experiment/result/exit-code.ts';
import { outcomeOf } from '../../experiment/result/exit-code.ts';
import { formatSeconds, metSignals, phaseWords, verdictSentence } from '../../experiment/result/wording.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import type { RunEvent } from '../../ports/reporter.ts';

/** How a piece of text is meant; what that looks like is the writer's business. */
export type Tone = 'plain' | 'strong' | 'dim' | 'good' | 'bad' | 'doubt';

export interface Piece {
  readonly text: string;
  readonly tone: Tone;
}
export type Line = readonly Piece[];

const plain = (text: string): Piece => ({ text, tone: 'plain' });
const dim = (text: string): Piece => ({ text, tone: 'dim' });
const strong = (text: string): Piece => ({ text, tone: 'strong' });

export const VERDICTS: Readonly<Record<RunOutcome, { readonly word: string; readonly tone: Tone }>> = {
  pass: { word: 'PASS', tone: 'good' },
  fail: { word: 'FAIL', tone: 'bad' },
  inconclusive: { word: 'INCONCLUSIVE', tone: 'doubt' },
  leak: { word: 'LEAK', tone: 'bad' },
  skipped: { word: 'SKIPPED', tone: 'dim' },
};

const MARKS = {
  ok: { text: '✔', tone: 'good' },
  failed: { text: '✘', tone: 'bad' },
  skipped: { text: '-', tone: 'dim' },
} as const;

function padded(text: string, width: number): string {
  return text.padEnd(width);
}

function seconds(ms: number): string {
  return `${formatSeconds(ms)} s`.padStart(8);
}

/** The words for an event, or null where it is only for the journal. `stepStartedAtMs` is when the step it ends began. */
export function eventLine(event: RunEvent, stepStartedAtMs: number | null): Line | null {
  switch (event.type) {
    case 'run-started':
      return [
        strong(`${event.title}${event.healer === 'off' ? ' (healer off)' : ''}`),
        dim(`  ${event.scenario} · run ${event.runId} · seed ${event.seed}`),
      ];
    case 'step-ended': {
      const took = stepStartedAtMs === null ? '' : seconds(event.atMs - stepStartedAtMs);
      const message = event.message === undefined ? '' : `  ${event.message}`;
      return [plain('  '), MARKS[event.outcome], plain(` ${padded(event.step, 10)}${took}`), dim(message)];
    }
    case 'note':
      return [dim(`      ${event.message}`)];
    case 'step-started':
    case 'fact':
    case 'run-ended':
      return null;
  }
}

/** What is shown of a step while it runs. */
export function runningLine(step: string, elapsedMs: number, message: string | undefined): Line {
  return [dim(`  … ${padded(step, 10)}${seconds(elapsedMs)}${message === undefined ? '' : `  ${message}`}`)];
}

/** The end of a run: verdict, reasons, phases with their times, and where all of it is written down. */
export function resultLines(record: RunRecord, where: { readonly dir: string; readonly head: string }): Line[] {
  const outcome = outcomeOf(record);
  const { word, tone } = VERDICTS[outcome];
  const { judgement, evidence, skippedBecause } = record;
  const sentence = skippedBecause ?? verdictSentence(judgement, evidence);
  return [
    [plain('  '), { text: word, tone }, plain(`  ${sentence}`)],
    ...(judgement?.reasons ?? []).map(
      ({ code, message }): Line => [{ text: `    ${code}`, tone }, plain(`  ${message}`)],
    ),
    ...failureLines(record),
    ...record.leaks.map(
      ({ what, detail }): Line => [{ text: '    still there', tone: 'bad' }, plain(`  ${what}: ${detail}`)],
    ),
    ...record.cleanupErrors.map((error): Line => [{ text: '    clean-up failed', tone: 'bad' }, plain(`  ${error}`)]),
    ...phaseLines(record),
    ...metSignals(judgement).map(
      (detail): Line => [{ text: `    ${MARKS.ok.text}`, tone: 'good' }, plain(` ${detail}`)],
    ),
    ...(judgement?.remarks ?? []).map((remark): Line => [dim(`    ${remark}`)]),
    [dim(`    evidence ${where.dir}`)],
    [dim(`    sha256   ${where.head}`)],
  ];
}

/** What several runs say together. */
export function repetitionLines(repetition: RepetitionView): Line[] {
  const { verdict, reasons, remarks, tally, runs, earlier, repeat, title } = repetition;
  const { word, tone } = VERDICTS[verdict];
  const what =
    repeat.kind === 'percentile' ? `${repeat.percentile} % of runs` : `each of ${counted(repeat.runs, 'run')}`;
  const open = tally.open + tally.uncounted;
  const counts = `${tally.held} held, ${tally.broken} did not, ${open} found nothing out`;
  return [
    [],
    [strong(title), dim(`  ${what}`)],
    [plain('  '), { text: word, tone }, plain(`  ${counts}`), dim(`  (${runs.length} now, ${earlier.length} before)`)],
    ...reasons.map(({ code, message }): Line => [{ text: `    ${code}`, tone }, plain(`  ${message}`)]),
    ...remarks.map((remark): Line => [dim(`    ${remark}`)]),
  ];
}

function failureLines({ evidence: { failure }, judgement }: RunRecord): Line[] {
  if (failure === null || judgement?.reasons.some(({ message }) => message === failure.message)) return [];
  return [[plain(`    the step "${failure.step}" failed (${failure.code}): ${failure.message}`)]];
}

function phaseLines({ judgement }: RunRecord): Line[] {
  if (judgement === null || judgement.absorbed) return [];
  const lines = phaseWords(judgement.phases).map(({ phase, took, budget, outcome }): Line => {
    const tone = outcome === 'met' ? 'good' : outcome === 'over budget' ? 'bad' : 'dim';
    return [plain(`    ${padded(phase, 9)}${padded(took, 14)}${padded(budget, 11)}`), { text: outcome, tone }];
  });
  const { remediator, witness } = judgement.attribution;
  return lines.length === 0 ? [] : [...lines, [plain(`    healed by ${remediator}`), dim(` (${witness})`)]];
}
