import type { FaultProblem } from '../../shared/fault-kind.ts';
import { type ChaosKind, type ChaosSpec, PLAIN, UNSEEN } from '../spec/chaos-kind.ts';
import { isGiven, mustBe, mustHave, oneOfThese, type Rule, wholeNumber } from '../spec/spec-values.ts';

/** What each action cannot do without. */
const ABOUT: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['latency', ['class', 'method', 'latency']],
  ['return', ['class', 'method', 'returnValue']],
  ['exception', ['class', 'method', 'exception']],
  ['stress', []],
  ['gc', []],
  ['ruleData', ['ruleData']],
  ['mysql', ['mysqlConnectorVersion']],
]);
/** Of which one is needed, whichever it is. */
const EITHER: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['stress', ['cpuCount', 'memType']],
  ['mysql', ['exception', 'latency']],
]);
const VALUES: ReadonlyMap<string, Rule> = new Map([
  ['latency', wholeNumber('milliseconds above 0', 1)],
  ['cpuCount', wholeNumber('at least 1 core', 1)],
  ['memType', oneOfThese(['heap', 'stack'])],
  ['mysqlConnectorVersion', oneOfThese(['5', '8'])],
]);
const PORT = wholeNumber('a port of 1 to 65535', 0, 65_535);

export const jvmChaos: ChaosKind = {
  ...PLAIN,
  actions: [...ABOUT.keys()].map(String),
  problems: jvmProblems,
  unseen: () => UNSEEN,
};

function jvmProblems(spec: ChaosSpec): FaultProblem[] {
  const needed = ABOUT.get(spec.action);
  if (needed === undefined) return [];
  const either = (EITHER.get(spec.action) ?? []).filter((field) => isGiven(spec[field]));
  const meant = either.filter((field) => spec[field] !== 0);
  // A 0 that stands beside what is meant was left there by a form.
  const told = [...needed.filter((field) => isGiven(spec[field])), ...(meant.length > 0 ? meant : either)];
  return [
    ...mustHave(spec, needed),
    ...eitherProblems(spec, meant, either.length),
    ...told.flatMap((field) => valueProblems(spec, field)),
    ...mustBe(spec, ['port'], PORT),
  ];
}

function valueProblems(spec: ChaosSpec, field: string): FaultProblem[] {
  const rule = VALUES.get(field);
  return rule === undefined ? [] : mustBe(spec, [field], rule);
}

function eitherProblems(spec: ChaosSpec, meant: readonly string[], given: number): FaultProblem[] {
  const either = EITHER.get(spec.action) ?? [];
  if (spec.action === 'stress' && meant.length > 1)
    return [{ path: ['memType'], message: 'expected cpuCount or memType, got both', atKey: true }];
  if (either.length === 0 || given > 0) return [];
  const message = `expected ${either.join(' or ')}, which the action ${String(spec.action)} is about, but both are missing`;
  return [{ path: ['action'], message, missing: either.map((field) => [field]) }];
}
