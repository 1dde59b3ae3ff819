import type { Parameter } from 'allure-js-commons';
import { createDefaultWriter, ReporterRuntime } from 'allure-js-commons/sdk/reporter';
import type { RepetitionView } from '../../experiment/repetition/repetition-view.ts';
import { claimWords, tallyWords } from '../../experiment/repetition/repetition-words.ts';
import { formatSeconds } from '../../experiment/result/wording.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { escapeHtml, list, paragraph, table } from './html.ts';
import { md5, scenarioLabels } from './messages.ts';
import { allureStatus } from './status.ts';

/** When its runs of this suite went on, epoch ms, and with or without a healer. */
export interface RepetitionFrame {
  readonly healer: 'on' | 'off';
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** Writes the verdict over several runs of a scenario as a result of its own, with a trend of its own. */
export function writeRepetition(
  resultsDir: string,
  scenario: Scenario,
  repetition: RepetitionView,
  { healer, startedAtMs, endedAtMs }: RepetitionFrame,
): void {
  const runtime = new ReporterRuntime({ writer: createDefaultWriter({ resultsDir }) });
  const control = healer === 'off' ? ' without healer' : '';
  const name = `${scenario.title}${healer === 'off' ? ' (healer off)' : ''}: ${claimWords(repetition.repeat)}`;
  const uuid = runtime.startTest({ name, fullName: `${scenario.name} repetition`, start: startedAtMs });
  runtime.updateTest(uuid, (result) => {
    result.status = allureStatus(repetition.verdict);
    if (repetition.verdict !== 'pass') result.statusDetails = { message: sentenceOf(repetition) };
    result.descriptionHtml = describe(repetition);
    result.testCaseId = md5(`${scenario.name} repetition`);
    result.historyId = md5(`${scenario.name}${control} repetition`);
    result.labels = [...scenarioLabels(scenario), { name: 'tag', value: 'repetition' }];
    result.parameters = parametersOf(repetition, healer);
  });
  runtime.stopTest(uuid, { stop: endedAtMs });
  runtime.writeTest(uuid);
}

function sentenceOf({ verdict, tally, reasons }: RepetitionView): string {
  const why = reasons.map(({ code, message }) => `\n${code}: ${message}`).join('');
  return `${verdict}, ${tallyWords(tally)}${why}`;
}

function parametersOf({ repeat, tally }: RepetitionView, healer: string): Parameter[] {
  const { held, broken, open } = tally;
  const claim: Parameter[] =
    repeat.kind === 'every-run'
      ? [{ name: 'runs wanted', value: String(repeat.runs) }]
      : [
          { name: 'percentile', value: String(repeat.percentile) },
          { name: 'confidence', value: `${repeat.confidence} %` },
        ];
  return [
    { name: 'healer', value: healer },
    ...claim,
    { name: 'n', value: String(held + broken + open), excluded: true },
  ];
}

function describe(repetition: RepetitionView): string {
  const { verdict, repeat, tally, reasons, remarks, trials } = repetition;
  const rows = trials.map(({ runId, isEarlier, outcome, trial, reason, recoveryUpperMs }, index) => [
    String(index + 1),
    runId,
    isEarlier ? 'earlier' : 'now',
    outcome,
    TRIALS[trial],
    recoveryUpperMs === null ? '' : `${formatSeconds(recoveryUpperMs)} s`,
    reason ?? '',
  ]);
  return [
    `<p><b>${escapeHtml(`Claimed for ${claimWords(repeat)}: ${verdict}.`)}</b></p>`,
    paragraph(tallyWords(tally)),
    ...reasons.map(({ code, message }) => `<p><code>${code}</code> ${escapeHtml(message)}</p>`),
    ...list('Remarks', remarks),
    table(['', 'run', 'when', 'outcome', 'counts as', 'recovery, at most', 'why'], rows),
  ].join('\n');
}

const TRIALS: Readonly<Record<RepetitionView['trials'][number]['trial'], string>> = {
  held: 'held',
  broken: 'did not hold',
  open: 'of unknown end',
  uncounted: 'not counted',
};
