import type { RepetitionView } from '../../experiment/repetition/repetition-view.ts';
import { claimWords, tallyWords } from '../../experiment/repetition/repetition-words.ts';
import { outcomeOf, type RunOutcome } from '../../experiment/result/exit-code.ts';
import { metSignals, verdictSentence } from '../../experiment/result/wording.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 has no place for most control characters, escaped or not. */
function isForbidden(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code < 32 && code !== 9 && code !== 10 && code !== 13;
}

function escapeXml(text: string): string {
  const allowed = [...text].filter((character) => !isForbidden(character)).join('');
  return allowed.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** A refuted claim is a failure; what could not be found out, or was left behind, is an error. */
const ELEMENTS: Readonly<Record<RunOutcome, 'failure' | 'error' | 'skipped' | null>> = {
  pass: null,
  fail: 'failure',
  inconclusive: 'error',
  leak: 'error',
  skipped: 'skipped',
};

interface Case {
  readonly name: string;
  readonly file: string;
  readonly seconds: number;
  readonly element: 'failure' | 'error' | 'skipped' | null;
  readonly type: string;
  readonly message: string;
  readonly detail: string;
}

function nameOf({ evidence, repetition }: RunRecord): string {
  const turn = repetition === undefined ? '' : ` (run ${repetition.index} of ${repetition.planned})`;
  return `${evidence.scenario.name}${turn}${evidence.healer === 'off' ? ' (healer off)' : ''}`;
}

function repetitionCase({ scenario, file, verdict, reasons, repeat, tally, trials, remarks }: RepetitionView): Case {
  const runs = trials.map(({ runId, isEarlier, outcome }) => `${runId}${isEarlier ? ' (earlier)' : ''}: ${outcome}`);
  return {
    name: `${scenario} (${claimWords(repeat)})`,
    file,
    seconds: 0,
    element: ELEMENTS[verdict],
    type: reasons[0]?.code ?? verdict,
    message: tallyWords(tally),
    detail: [...reasons.map(({ code, message }) => `${code}: ${message}`), ...remarks, ...runs].join('\n'),
  };
}

/** Single failures do not refute a claim over many runs; what one left behind is told all the same. */
function tellsByItself(record: RunRecord, repetitions: readonly RepetitionView[]): boolean {
  const claims = repetitions.filter(({ repeat }) => repeat.kind === 'percentile');
  return outcomeOf(record) === 'leak' || !claims.some(({ runs }) => runs.includes(record.runId));
}

function caseOf(record: RunRecord): Case {
  const { evidence, judgement, skippedBecause, leaks, cleanupErrors } = record;
  const outcome = outcomeOf(record);
  const reasons = (judgement?.reasons ?? []).map(({ code, message }) => `${code}: ${message}`);
  const left = leaks.map(({ what, detail }) => `${what}: ${detail}`);
  return {
    name: nameOf(record),
    file: evidence.scenario.file,
    seconds: (record.endedAtMs - record.startedAtMs) / 1000,
    element: ELEMENTS[outcome],
    type: outcome === 'leak' ? 'LEAK' : (judgement?.reasons[0]?.code ?? outcome),
    message: skippedBecause ?? verdictSentence(judgement, evidence),
    detail: [...left, ...cleanupErrors, ...reasons, ...metSignals(judgement)].join('\n'),
  };
}

function problemCase(problem: string): Case {
  const [message = ''] = problem.split('\n');
  return {
    name: 'the suite itself',
    file: '',
    seconds: 0,
    element: 'error',
    type: 'HARNESS_BROKEN',
    message,
    detail: problem,
  };
}

function caseXml({ name, file, seconds, element, type, message, detail }: Case): string {
  const at = file === '' ? '' : ` file="${escapeXml(file)}"`;
  const open = `    <testcase classname="healproof" name="${escapeXml(name)}"${at} time="${seconds.toFixed(3)}"`;
  if (element === null) return `${open}/>`;
  const kind = element === 'skipped' ? '' : ` type="${escapeXml(type)}"`;
  return `${open}>\n      <${element}${kind} message="${escapeXml(message)}">${escapeXml(detail)}</${element}>\n    </testcase>`;
}

/** JUnit's XML for a suite; problems that no run record tells become errors of their own. */
export function junitXml(
  records: readonly RunRecord[],
  problems: readonly string[],
  repetitions: readonly RepetitionView[] = [],
): string {
  const telling = records.filter((record) => tellsByItself(record, repetitions));
  const cases = [...telling.map(caseOf), ...repetitions.map(repetitionCase), ...problems.map(problemCase)];
  const count = (element: Case['element']): number => cases.filter((entry) => entry.element === element).length;
  const seconds = cases.reduce((sum, entry) => sum + entry.seconds, 0);
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="healproof" ${counts} time="${seconds.toFixed(3)}">`,
    `  <testsuite name="healproof" ${counts} time="${seconds.toFixed(3)}">`,
    ...cases.map(caseXml),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
