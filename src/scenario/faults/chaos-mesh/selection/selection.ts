import { quote } from '../../../fields/schema-fields.ts';
import { didYouMean } from '../../../yaml/nearest.ts';
import { type Path, valueAt } from '../../../yaml/source.ts';
import type { FaultProblem } from '../../shared/fault-kind.ts';
import { mayHaveOtherSide } from '../kinds/chaos-kinds.ts';
import type { ChaosSpec } from '../spec/chaos-kind.ts';
import { selectorNameProblems } from './selector-names.ts';

const SELECTOR_MODES = ['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent'] as const;

/** Does the fault stay inside its blast radius, as far as that can be told before its pods are known? */
export function selectionProblems(kind: string, spec: ChaosSpec, blastRadius: unknown): FaultProblem[] {
  const sides: Path[] = mayHaveOtherSide(kind) && spec.target !== undefined ? [[], ['target']] : [[]];
  const allowed = valueAt(blastRadius, ['namespaces']);
  const problems = sides.flatMap((side) => [
    ...modeProblems(spec, side),
    ...namespaceProblems(spec, side, Array.isArray(allowed) ? allowed : null),
    ...selectorNameProblems(spec, side),
  ]);
  const maxPods = valueAt(blastRadius, ['maxPods']);
  const least = sides.reduce((sum, side) => sum + leastPods(spec, side), 0);
  if (problems.length === 0 && typeof maxPods === 'number' && maxPods > 0 && least > maxPods) {
    const both = sides.length > 1 ? ', both sides counted' : '';
    problems.push({
      path: ['mode'],
      message: `touches at least ${least} pods${both}, but blastRadius.maxPods is ${maxPods}`,
    });
  }
  return problems;
}

function modeProblems(spec: unknown, side: Path): FaultProblem[] {
  const mode = valueAt(spec, [...side, 'mode']);
  const value = valueAt(spec, [...side, 'value']);
  if (typeof mode !== 'string' || !SELECTOR_MODES.some((known) => known === mode)) {
    const guess = typeof mode === 'string' ? didYouMean(mode, SELECTOR_MODES) : '';
    const got = mode === undefined ? 'but it is missing' : `got ${quote(mode)}`;
    return [{ path: [...side, 'mode'], message: `expected one of ${SELECTOR_MODES.join(', ')}, ${got}${guess}` }];
  }
  if (mode === 'one' || mode === 'all') return [];
  const limit = mode === 'fixed' ? 1_000_000 : 100;
  const isFitting = typeof value === 'string' && /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= limit;
  if (isFitting) return [];
  const what = mode === 'fixed' ? 'a number of pods in quotes, such as "2"' : 'a percentage in quotes, such as "50"';
  const got = value === undefined ? 'but it is missing' : `got ${quote(value)}`;
  return [{ path: [...side, 'value'], message: `mode ${mode} needs a value: expected ${what}, ${got}` }];
}

function namespaceProblems(spec: unknown, side: Path, allowed: readonly unknown[] | null): FaultProblem[] {
  const selector: Path = [...side, 'selector'];
  const listed = valueAt(spec, [...selector, 'namespaces']);
  const namespaces: unknown[] = Array.isArray(listed) ? listed : [];
  const pods = podsOf(spec, side);
  if (namespaces.length === 0 && pods.length === 0) {
    return [
      { path: selector, message: 'expected namespaces in the selector: without them nothing bounds what is hit' },
    ];
  }
  if (allowed === null) return [];
  const message = (namespace: unknown): string =>
    `namespace ${namespace} is outside of blastRadius.namespaces (${allowed.join(', ')})`;
  return [
    ...namespaces.flatMap((namespace, index) =>
      allowed.includes(namespace) ? [] : [{ path: [...selector, 'namespaces', index], message: message(namespace) }],
    ),
    ...pods.flatMap(([namespace]) =>
      allowed.includes(namespace)
        ? []
        : [{ path: [...selector, 'pods', namespace], message: message(namespace), atKey: true }],
    ),
  ];
}

function podsOf(spec: unknown, side: Path): [string, unknown][] {
  const pods = valueAt(spec, [...side, 'selector', 'pods']);
  return typeof pods === 'object' && pods !== null ? Object.entries(pods) : [];
}

/** The fewest pods a selection can come to: percentages and `all` are only known once the pods are. */
function leastPods(spec: unknown, side: Path): number {
  const mode = valueAt(spec, [...side, 'mode']);
  const named = podsOf(spec, side).reduce((sum, [, names]) => sum + (Array.isArray(names) ? names.length : 0), 0);
  if (mode === 'fixed') return Number(valueAt(spec, [...side, 'value']));
  return mode === 'all' ? Math.max(named, 1) : 1;
}
