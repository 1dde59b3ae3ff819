import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from '../model/duration.ts';
import { DNS_LABEL } from '../model/kubernetes-names.ts';
import { parseTolerance, TOLERANCE_PATTERN } from '../model/tolerance.ts';
import { didYouMean } from '../yaml/nearest.ts';

/** What every error map is told about a value. */
interface Rejected {
  readonly input?: unknown;
}

/** A value of the user's file as it is quoted in a message: one line, at most 60 characters. */
export function quote(value: unknown): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return shorten(`a mapping with ${keysOf(value) || 'nothing'}`, '');
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return shorten(text, typeof value === 'string' ? '"' : '');
}

function keysOf(value: object): string {
  return Object.keys(value)
    .map((key) => JSON.stringify(key).slice(1, -1))
    .join(', ');
}

function shorten(text: string, end: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…${end}` : text;
}

type ErrorMap = (issue: Rejected) => string;

/** Says what was expected in the author's words and quotes what is there instead. */
export function expected(what: string): { error: ErrorMap } {
  const error: ErrorMap = ({ input }) =>
    input === undefined ? `expected ${what}, but it is missing` : `expected ${what}, got ${quote(input)}`;
  return { error };
}

/** A mapping that refuses every key it does not name. */
export function mapping<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  what = 'a mapping',
): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape);
  const error = (issue: Rejected & { readonly keys?: readonly string[] }): string =>
    issue.keys === undefined ? expected(what).error(issue) : unknownKeys(issue.keys, keys);
  return z.strictObject(shape, { error });
}

function unknownKeys(unknown: readonly string[], known: readonly string[]): string {
  const guess = unknown.length === 1 ? didYouMean(unknown[0] ?? '', known) : '';
  return `unknown key${guess}: expected one of ${known.join(', ')}`;
}

export const text = (what: string): z.ZodString => z.string(expected(what)).min(1, expected(what));

/** Names end up in labels and object names, so they are DNS labels. */
const NAME = 'a name of at most 63 lower-case letters, digits and dashes';
export const name = z.string(expected(NAME)).regex(DNS_LABEL, expected(NAME));

const DURATION = 'a duration such as 30s or 1m30s';
export const duration = z
  .string(expected(DURATION))
  .regex(DURATION_PATTERN, { ...expected(DURATION), abort: true })
  .refine((value) => parseDuration(value) !== null, expected('a duration above 0 and of at most 30d'))
  .meta({
    id: 'duration',
    title: 'duration',
    description: 'Whole numbers with units d, h, m, s, ms, largest first.',
    examples: ['30s', '1m30s'],
  });

const TOLERANCE = 'a tolerance such as "< 0.5", ">= 3" or [0.95, 1]';
const bound = z.number(expected('a number'));
export const tolerance = z
  .union(
    [
      z.string(expected(TOLERANCE)).regex(TOLERANCE_PATTERN, { ...expected(TOLERANCE), abort: true }),
      z.tuple([bound, bound], expected(TOLERANCE)),
    ],
    expected(TOLERANCE),
  )
  .refine(
    (value) => parseTolerance(value) !== null,
    expected('a tolerance whose lower bound is not above its upper bound'),
  )
  .meta({
    id: 'tolerance',
    title: 'tolerance',
    description: 'What the value must be: < <= > >= == != and a number, or [low, high] with both ends included.',
    examples: ['> 0.99', '== 3', '[0.95, 1]'],
  });

export const query = text('a PromQL expression').meta({
  id: 'promql',
  title: 'PromQL',
  description: 'PromQL that must return exactly one sample. Syntax and types are checked before anything runs.',
  examples: ['sum(rate(shop_requests_total{outcome="ok"}[5s])) / sum(rate(shop_requests_total[5s]))'],
});

/** A whole number of at least `least`. */
export function count(least: number): z.ZodInt {
  const what = least === 0 ? 'a whole number, 0 or more' : `a whole number, ${least} or more`;
  return z.int(expected(what)).min(least, expected(what)).max(1_000_000, expected('at most 1000000'));
}

/** One of a closed list; `elsewhere` says of words that are none of it what their author should write instead. */
export function oneOf<const Values extends readonly [string, ...string[]]>(
  values: Values,
  elsewhere: ReadonlyMap<unknown, string> = new Map(),
): z.ZodEnum<z.core.util.ToEnum<Values[number]>> {
  const error: ErrorMap = (issue) => {
    const told = elsewhere.get(issue.input);
    const guess =
      told !== undefined ? `: ${told}` : typeof issue.input === 'string' ? didYouMean(issue.input, values) : '';
    return `${expected(`one of ${values.join(', ')}`).error(issue)}${guess}`;
  };
  return z.enum(values, { error });
}

/** A list of at most 200 items. */
export function listOf<Item extends z.ZodType>(item: Item, what: string): z.ZodArray<Item> {
  return z.array(item, expected(what)).max(200, expected('a list of at most 200 items'));
}

/** A mapping with any keys, whose content is somebody else's to check. */
export const anything = (what: string): z.ZodRecord<z.ZodString, z.ZodUnknown> =>
  z.record(z.string(), z.unknown(), expected(what));
