import { phaseWords, verdictSentence } from '../../experiment/wording.ts';
import type { RunRecord } from '../../ports/reporter.ts';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return ['', line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function bullets(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : ['', `**${title}**`, '', ...entries.map((entry) => `- ${entry}`)];
}

/** What a reader of the report sees first, as Markdown: the verdict, why, and the phases of the recovery. */
export function describe(record: RunRecord): string {
  const { evidence, judgement, skippedBecause, leaks, cleanupErrors } = record;
  const { failure } = evidence;
  const isTold = judgement?.reasons.some(({ message }) => message === failure?.message) ?? false;
  const phases = phaseWords(judgement?.phases ?? []);
  return [
    `**${skippedBecause === null ? verdictSentence(judgement, evidence) : `Skipped: ${skippedBecause}.`}**`,
    ...(judgement?.reasons ?? []).map(({ code, message }) => `\n\`${code}\` ${message}`),
    ...(failure === null || isTold
      ? []
      : [`\nThe step "${failure.step}" failed (${failure.code}): ${failure.message}`]),
    ...bullets(
      'Still there afterwards',
      leaks.map(({ what, detail }) => `${what}: ${detail}`),
    ),
    ...bullets('Clean-up that failed', cleanupErrors),
    ...(phases.length === 0
      ? []
      : table(
          ['phase', 'took', 'budget', ''],
          phases.map(({ phase, took, budget, outcome }) => [phase, took, budget, outcome]),
        )),
    ...(judgement === null
      ? []
      : [
          '',
          `Healed by: ${judgement.attribution.remediator} (${judgement.attribution.witness}): ${judgement.attribution.detail}`,
        ]),
    ...bullets('Remarks', judgement?.remarks ?? []),
  ].join('\n');
}
