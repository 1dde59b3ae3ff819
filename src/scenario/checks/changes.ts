import type { Issue } from '../../errors.ts';
import { kindOf } from '../faults/fault-kinds.ts';
import { formatDuration } from '../model/duration.ts';
import { stepsOf } from '../model/fault.ts';
import type { Draft } from '../read/resolve.ts';
import type { Path } from '../yaml/source.ts';
import { stepPath } from './fault-paths.ts';

/** What can be said about the faults of a sound document, and about a sequence, without a cluster. */
export function changeIssues({ source, scenario, document }: Draft): Issue[] {
  const { fault, recovery } = scenario;
  const issues = stepsOf(fault).flatMap((step, index) =>
    kindOf(step.fault)
      .problems(step.fault, { namespaces: scenario.blastRadius.namespaces, workload: scenario.workload })
      .map(({ path, message }) => source.issue([...stepPath(fault, index), step.fault.type, ...path], message)),
  );
  if (fault.type !== 'sequence') return issues;
  const at = (index: number): Path => [...stepPath(fault, index), 'after'];
  if (document.spec.fault !== 'none' && document.spec.fault.witness !== undefined) {
    issues.push(source.issueAtKey(['spec', 'fault', 'witness'], 'expected the witness beside the fault it is of'));
  }
  fault.steps.forEach(({ afterMs }, index) => {
    const beforeMs = fault.steps[index - 1]?.afterMs ?? 0;
    if (index === 0 && afterMs > 0)
      issues.push(source.issue(at(0), 'the first fault begins the sequence: leave it out'));
    if (afterMs < beforeMs) {
      const message = `expected at least ${formatDuration(beforeMs)}, when the fault before it begins, got ${formatDuration(afterMs)}`;
      issues.push(source.issue(at(index), message));
    }
    if (recovery.withinMs > 0 && afterMs >= recovery.withinMs) {
      const message = `expected less than within (${formatDuration(recovery.withinMs)}): what comes later belongs into a scenario of its own`;
      issues.push(source.issue(at(index), message));
    }
  });
  return issues;
}
