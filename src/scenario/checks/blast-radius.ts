import type { Issue } from '../../errors.ts';
import { kindOf } from '../faults/fault-kinds.ts';
import type { FaultKind } from '../faults/shared/fault-kind.ts';
import { type Fault, stepsOf } from '../model/fault.ts';
import type { BlastRadius } from '../model/scenario.ts';
import type { Draft } from '../read/resolve.ts';

/** Where the judge, the dead-man switch and the injector live: no fault may reach them. */
const PROTECTED_NAMESPACES: readonly string[] = [
  'healproof-system',
  'healproof-monitoring',
  'healproof-receiver',
  'chaos-mesh',
];

export function blastRadiusIssues({ document, source, scenario }: Draft): Issue[] {
  const { blastRadius } = document.spec;
  const isHarmless = scenario.fault.type === 'none';
  if (blastRadius === undefined) {
    return isHarmless
      ? []
      : [
          source.issue(
            ['spec', 'blastRadius'],
            'expected a blast radius with namespaces and maxPods, but it is missing',
          ),
        ];
  }
  const issues = blastRadius.namespaces.flatMap((namespace, index) => {
    if (!PROTECTED_NAMESPACES.includes(namespace)) return [];
    const message = `${namespace} holds what judges or ends the fault: it may not be in the blast radius`;
    return [source.issue(['spec', 'blastRadius', 'namespaces', index], message)];
  });
  for (const limit of tooLow(scenario.fault, blastRadius)) {
    issues.push(
      source.issue(
        ['spec', 'blastRadius', limit],
        'expected at least 1: a fault that may touch nothing proves nothing',
      ),
    );
  }
  return issues;
}

/** What the faults are about must be allowed at least once. */
function tooLow(fault: Fault, allowed: Pick<BlastRadius, 'maxPods' | 'maxNodes'>): FaultKind['counts'][] {
  const counted = new Set(stepsOf(fault).map((step) => kindOf(step.fault).counts));
  return (['maxPods', 'maxNodes'] as const).filter((limit) => counted.has(limit) && allowed[limit] === 0);
}
