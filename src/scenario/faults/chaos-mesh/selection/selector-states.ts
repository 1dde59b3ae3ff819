import { type Path, valueAt } from '../../../yaml/source.ts';
import type { FaultProblem } from '../../shared/fault-kind.ts';
import { isFilledList, isSpec, mustBe, oneOfThese, type Rule } from '../spec/spec-values.ts';

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];
const PHASE: Rule = {
  what: `one of ${PHASES.join(', ')}, with a ! before one that is not wanted`,
  isMet: (value) => typeof value === 'string' && PHASES.includes(value.replace(/^!/, '')),
};
const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** Fields by which Chaos Mesh knows pods. */
const POD_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'status.phase',
  'status.podIP',
  'status.nominatedNodeName',
] as const;

/** Whether these phases select a pod that is running; none at all select every pod. */
export function selectRunning(phases: readonly unknown[]): boolean {
  const wanted = phases.filter((phase) => !String(phase).startsWith('!'));
  return !phases.includes('!Running') && (wanted.length === 0 || wanted.includes('Running'));
}

/** A pod that is not running can neither be hit nor be watched. */
export function stateProblems(spec: unknown, selector: Path): FaultProblem[] {
  const path: Path = [...selector, 'podPhaseSelectors'];
  const phases = valueAt(spec, path);
  const list = Array.isArray(phases) ? phases : [];
  const unknown = list.flatMap((_phase, index) => mustBe(spec, [...path, index], PHASE));
  const message = 'expected Running among the phases: pods that are not running cannot be hit and watched';
  const isRunning = unknown.length > 0 || selectRunning(list);
  return [
    ...unknown,
    ...(isRunning ? [] : [{ path, message }]),
    ...fieldProblems(spec, [...selector, 'fieldSelectors']),
  ];
}

function fieldProblems(spec: unknown, path: Path): FaultProblem[] {
  const fields = valueAt(spec, path);
  const unknown = Object.keys(isSpec(fields) ? fields : {}).filter((key) => !POD_FIELDS.some((field) => field === key));
  const message = `unknown field of pods: expected one of ${POD_FIELDS.join(', ')}`;
  return [
    ...unknown.map((key) => ({ path: [...path, key], message, atKey: true })),
    ...mustBe(spec, [...path, 'status.phase'], oneOfThese(['Running'])),
  ];
}

/** Operators as Kubernetes reads them: two of them compare with values, two do not. */
export function operatorProblems(spec: unknown, expression: Path): FaultProblem[] {
  const path: Path = [...expression, 'operator'];
  const operator = valueAt(spec, path);
  if (!OPERATORS.some((known) => known === operator)) return mustBe(spec, path, oneOfThese(OPERATORS));
  const hasValues = isFilledList(valueAt(spec, [...expression, 'values']));
  const needsValues = operator === 'In' || operator === 'NotIn';
  if (hasValues === needsValues) return [];
  const values = needsValues ? 'at least one value' : 'no values';
  return [{ path, message: `expected ${values} with the operator ${operator}, got ${hasValues ? 'some' : 'none'}` }];
}
