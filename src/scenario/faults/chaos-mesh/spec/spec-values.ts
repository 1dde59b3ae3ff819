import { quote } from '../../../fields/schema-fields.ts';
import { readGoDuration } from '../../../model/duration.ts';
import { type Path, valueAt } from '../../../yaml/source.ts';
import type { FaultProblem } from '../../shared/fault-kind.ts';
import type { ChaosSpec } from './chaos-kind.ts';

export function isSpec(value: unknown): value is ChaosSpec {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** A field that a form left empty is as good as none. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** What the values of a spec have to be, in words and as a question. */
export interface Rule {
  readonly what: string;
  isMet(value: unknown): boolean;
}

/** What is wrong with the value at `path`; one that is not there is somebody else's to miss. */
export function mustBe(spec: unknown, path: Path, { what, isMet }: Rule): FaultProblem[] {
  const value = valueAt(spec, path);
  return value === undefined || isMet(value) ? [] : [{ path, message: `expected ${what}, got ${quote(value)}` }];
}

/** The same for every item of a list. */
export function eachMustBe(spec: unknown, path: Path, rule: Rule): FaultProblem[] {
  const list = valueAt(spec, path);
  return Array.isArray(list) ? list.flatMap((_item, index) => mustBe(spec, [...path, index], rule)) : [];
}

export function oneOfThese(values: readonly string[]): Rule {
  return { what: `one of ${values.join(', ')}`, isMet: (value) => values.some((each) => each === value) };
}

/** Fields without which an action cannot be what it says; told together, where the action is. */
export function mustHave(spec: ChaosSpec, fields: readonly string[]): FaultProblem[] {
  const missing = fields.filter((field) => !isGiven(spec[field]));
  if (missing.length === 0) return [];
  const [are, they] = missing.length === 1 ? ['is', 'it'] : ['are', 'they'];
  const names = missing.join(' and ');
  const message = `expected ${names}, which the action ${String(spec.action)} is about, but ${they} ${are} missing`;
  return [{ path: ['action'], message, missing: missing.map((field) => [field]) }];
}

/** A number as a text, as Go reads it. */
const NUMBER = /^\+?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const isPercentage = (value: unknown): value is string =>
  typeof value === 'string' && NUMBER.test(value) && Number(value) <= 100;

const PERCENTAGE: Rule = { what: 'a percentage of 0 to 100 in quotes, such as "25"', isMet: isPercentage };
export const SOME_PERCENTAGE: Rule = {
  what: 'a percentage above 0 and of at most 100 in quotes, such as "25", for it to do anything',
  isMet: (value) => isPercentage(value) && Number(value) > 0,
};
/** Chaos Mesh puts its own value in for an empty one. */
export const OPTIONAL_PERCENTAGE: Rule = { ...PERCENTAGE, isMet: (value) => value === '' || isPercentage(value) };

/** A share or length of 0, well written. */
export function isNothing(value: unknown): boolean {
  return typeof value === 'string' && ((isPercentage(value) && Number(value) === 0) || readGoDuration(value) === 0);
}

/** Nothing waits for nothing. */
export const LATENCY: Rule = {
  what: 'a duration above 0 such as 90ms',
  isMet: (value) => typeof value === 'string' && (readGoDuration(value) ?? 0) > 0,
};

/** A whole number from `least` to `most`. */
export function wholeNumber(what: string, least: number, most = Number.POSITIVE_INFINITY): Rule {
  return { what, isMet: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most };
}
