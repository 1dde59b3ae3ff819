import { type Path, valueAt } from '../../../yaml/source.ts';
import type { FaultProblem } from '../../shared/fault-kind.ts';
import { type ChaosKind, type ChaosSpec, PLAIN, UNSEEN } from '../spec/chaos-kind.ts';
import { isGiven, isSpec, mustBe, wholeNumber } from '../spec/spec-values.ts';
import { httpValueProblems } from './http-values.ts';

const PORT = wholeNumber('a port of 1 to 65535', 1, 65_535);
const ACTIONS = ['abort', 'delay', 'replace', 'patch'];

/** What can be changed in one of the two alone. */
const OF_REQUESTS: readonly Path[] = [
  ['replace', 'path'],
  ['replace', 'method'],
  ['replace', 'queries'],
  ['patch', 'queries'],
];
const OF_RESPONSES: readonly Path[] = [['replace', 'code']];
const OF_BOTH: readonly Path[] = [
  ['abort'],
  ['delay'],
  ['replace', 'body'],
  ['replace', 'headers'],
  ['patch', 'body'],
  ['patch', 'headers'],
];

export const httpChaos: ChaosKind = {
  ...PLAIN,
  problems: (spec) => [...portProblems(spec), ...httpValueProblems(spec), ...effectProblems(spec)],
  unseen: () => UNSEEN,
};

function portProblems(spec: ChaosSpec): FaultProblem[] {
  if (spec.port !== undefined) return mustBe(spec, ['port'], PORT);
  return [{ path: ['port'], message: `expected ${PORT.what}, but it is missing` }];
}

/** It must do something to what it is about. */
function effectProblems(spec: ChaosSpec): FaultProblem[] {
  const { target } = spec;
  if (target !== 'Request' && target !== 'Response') return [];
  const own = [...OF_BOTH, ...(target === 'Request' ? OF_REQUESTS : OF_RESPONSES)];
  if (own.some((path) => doesSomething(valueAt(spec, path)))) return [];
  const useless = (target === 'Request' ? OF_RESPONSES : OF_REQUESTS).filter((path) => isGiven(valueAt(spec, path)));
  const empty = ACTIONS.filter((action) => spec[action] !== undefined).map((action): Path => [action]);
  const path = useless[0] ?? empty[0] ?? ['target'];
  const got = path[0] === 'target' ? 'but all are missing' : `got ${path.join('.')} alone`;
  const message = `expected at least one of ${ACTIONS.join(', ')} that does something to a ${target}, ${got}`;
  return [{ path, message, missing: path[0] === 'target' ? ACTIONS.map((action) => [action]) : [path] }];
}

function doesSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isSpec(value) ? Object.keys(value).length > 0 : isGiven(value) && value !== false;
}
