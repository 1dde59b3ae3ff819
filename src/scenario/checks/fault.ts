import type { Issue } from '../../errors.ts';
import { FAULT_TYPES, kindOf } from '../faults/fault-kinds.ts';
import type { CheckSpec } from '../faults/shared/fault-kind.ts';
import type { ParsedScenario } from '../read/resolve.ts';
import { type Path, valueAt } from '../yaml/source.ts';
import { faultPaths } from './fault-paths.ts';

/** Everything that can be said about faults as they are written, whether or not the rest of the document is sound. */
export function faultIssues(parsed: ParsedScenario, checkSpec: CheckSpec): Issue[] {
  return faultPaths(parsed.data).flatMap((path) => writtenIssues(parsed, path, checkSpec));
}

function writtenIssues({ data, source }: ParsedScenario, place: Path, checkSpec: CheckSpec): Issue[] {
  const blastRadius = valueAt(data, ['spec', 'blastRadius']);
  const around = { blastRadius, witness: valueAt(data, [...place, 'witness']), checkSpec };
  return FAULT_TYPES.flatMap((type) => {
    const problems = kindOf({ type }).writtenProblems?.(valueAt(data, [...place, type]), around) ?? [];
    return problems.map((problem) => {
      const path = [...place, type, ...problem.path];
      return problem.atKey === true ? source.issueAtKey(path, problem.message) : source.issue(path, problem.message);
    });
  });
}
