import { sarifLog } from '../../adapters/sarif/sarif.ts';
import { formatIssue } from '../../errors.ts';
import { VERSION } from '../../installation.ts';
import type { Compiled } from '../../scenario/compile.ts';
import { jsonText } from './json.ts';

/** Pure: what `validate` prints. */
export function validateReport({ scenarios, issues }: Compiled, format: string | null): string {
  if (format === 'sarif') return `${JSON.stringify(sarifLog(issues, VERSION), null, 2)}\n`;
  if (format === 'json') {
    const found = scenarios.map(({ name, title, file, tags, digest }) => ({ name, title, file, tags, digest }));
    return jsonText('ValidationReport', { valid: issues.length === 0, scenarios: found, issues });
  }
  const lines = issues.map((issue) => `${formatIssue(issue)}\n`);
  return `${lines.join('')}${issues.length === 0 ? `${scenarios.length} scenarios are valid` : `${issues.length} problems`}\n`;
}
