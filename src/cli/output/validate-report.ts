import { sarifLog } from '../../adapters/sarif/sarif.ts';
import { counted } from '../../counted.ts';
import { formatIssue } from '../../errors.ts';
import { VERSION } from '../../installation.ts';
import type { Compiled } from '../../scenario/compile.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { jsonText } from './json.ts';
import { repeatWords } from './repeat-words.ts';

/** Puts what was found in scenario files into words. */
export type WriteIssues = (compiled: Compiled) => string;

function shown({ name, title, file, tags, digest, params, repeat }: Scenario): object {
  return { name, title, file, tags, digest, params, repeat };
}

export const validateText: WriteIssues = ({ scenarios, issues }) => {
  const isValid = issues.length === 0;
  const lines = [
    ...issues.map(formatIssue),
    isValid ? counted(scenarios.length, 'scenario is valid', 'scenarios are valid') : counted(issues.length, 'problem'),
    ...(isValid ? scenarios.flatMap(neededRuns) : []),
  ];
  return `${lines.join('\n')}\n`;
};

export const validateJson: WriteIssues = ({ scenarios, issues }) =>
  jsonText('ValidationReport', { valid: issues.length === 0, scenarios: scenarios.map(shown), issues });

export const validateSarif: WriteIssues = ({ issues }) => `${JSON.stringify(sarifLog(issues, VERSION), null, 2)}\n`;

/** What a claim over many runs costs. */
function neededRuns({ name, repeat }: Scenario): string[] {
  return repeat?.kind === 'percentile' ? [`${name}: ${repeatWords(repeat)}`] : [];
}
