import type { Issue } from '../../errors.ts';
import type { RunSummary } from '../../experiment/run-record/run-summary.ts';

/** Workflow commands by which GitHub marks the line of a file that a problem is in. */
export function issueAnnotations(issues: readonly Issue[]): string {
  return issues
    .map(({ file, line, column, path, message }) =>
      command('error', { file, line, col: column }, path === '' ? message : `${path}: ${message}`),
    )
    .join('');
}

/** A run that did not pass, on the file of its scenario: a refuted claim or a leak is an error, all else a warning. */
export function runAnnotations(runs: readonly RunSummary[]): string {
  return runs
    .filter(({ outcome }) => outcome !== 'pass' && outcome !== 'skipped')
    .map(({ outcome, file, title, scenario, sentence, reasons, leaks }) => {
      const detail = [sentence, ...reasons.map((reason) => reason.message), ...leaks].join('\n');
      const level = outcome === 'inconclusive' ? 'warning' : 'error';
      return command(level, { file, line: 1, title: title === '' ? scenario : title }, detail);
    })
    .join('');
}

function command(level: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${level} ${pairs.join(',')}::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
