import { metSignals, phaseWords, verdictSentence } from '../../experiment/result/wording.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { escapeHtml, list, paragraph, table } from './html.ts';

export interface Picture {
  readonly name: string;
  readonly svg: string;
}

/** The picture travels inside the page, so that the report stays one file that needs nothing else. */
function image({ name, svg }: Picture): string {
  const data = Buffer.from(svg).toString('base64');
  return `<p><img alt="${escapeHtml(name)}" style="max-width:100%" src="data:image/svg+xml;base64,${data}"></p>`;
}

/** What a reader of the report sees first, as HTML: verdict, why, pictures, the phases, who did it. */
export function describe(record: RunRecord, pictures: readonly Picture[]): string {
  const { evidence, judgement, skippedBecause, leaks, cleanupErrors } = record;
  const sentence = skippedBecause === null ? verdictSentence(judgement, evidence) : `Skipped: ${skippedBecause}.`;
  return [
    `<p><b>${escapeHtml(sentence)}</b></p>`,
    ...(judgement?.reasons ?? []).map(({ code, message }) => `<p><code>${code}</code> ${escapeHtml(message)}</p>`),
    ...failureOf(record),
    ...list(
      'Still there afterwards',
      leaks.map(({ what, detail }) => `${what}: ${detail}`),
    ),
    ...list('Clean-up that failed', cleanupErrors),
    ...pictures.map(image),
    ...phasesOf(record),
    ...(judgement === null ? [] : attributionOf(judgement.attribution)),
    ...list('Alerts and messages', metSignals(judgement)),
    ...list('Remarks', judgement?.remarks ?? []),
  ].join('\n');
}

function failureOf({ evidence: { failure }, judgement }: RunRecord): string[] {
  if (failure === null || judgement?.reasons.some(({ message }) => message === failure.message)) return [];
  return [paragraph(`The step "${failure.step}" failed (${failure.code}): ${failure.message}`)];
}

function phasesOf({ judgement }: RunRecord): string[] {
  if (judgement === null || judgement.phases.length === 0) return [];
  const rows = phaseWords(judgement.phases).map(({ phase, took, budget, outcome }) => [phase, took, budget, outcome]);
  return [table(['phase', 'took', 'budget', ''], rows)];
}

function attributionOf({ remediator, witness, detail }: NonNullable<RunRecord['judgement']>['attribution']): string[] {
  return [paragraph(`Healed by: ${remediator} (${witness}): ${detail}`)];
}
