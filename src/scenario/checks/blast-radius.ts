import type { Issue } from '../../errors.ts';
import { type Fault, stepsOf } from '../model/fault.ts';
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

/** A node is touched as a node; whatever else a fault is about, it is about pods in the end. */
function tooLow(
  fault: Fault,
  { maxPods, maxNodes }: { readonly maxPods: number; readonly maxNodes: number },
): ('maxPods' | 'maxNodes')[] {
  const types = stepsOf(fault).map((step) => step.fault.type);
  const needsPods = types.some((type) => type !== 'node');
  return [
    ...(needsPods && maxPods === 0 ? (['maxPods'] as const) : []),
    ...(types.includes('node') && maxNodes === 0 ? (['maxNodes'] as const) : []),
  ];
}
