import type { z } from 'zod';
import type { Issue } from '../../errors.ts';
import { hasGuess } from './nearest.ts';
import { type Path, type Source, valueAt } from './source.ts';

type ZodIssue = z.core.$ZodIssue;

/** Every problem that a schema found, at its place in the file; unknown keys at the key itself. */
export function zodIssues(error: z.ZodError, source: Source): Issue[] {
  return flatten(error.issues, []).flatMap((issue) => {
    const path = toPath(issue.path);
    if (issue.code !== 'unrecognized_keys') return [source.issue(path, issue.message)];
    return issue.keys.map((key) => source.issueAtKey([...path, key], issue.message));
  });
}

/** Parts that no rule across fields looks at. */
const APART: readonly Path[] = [
  ['metadata'],
  ['spec', 'params'],
  ['spec', 'requires'],
  ['spec', 'cluster'],
  ['spec', 'workload'],
  ['spec', 'abortWhen'],
  ['spec', 'repeat'],
];
const STAND_IN = { name: 'unnamed', title: 'untitled' };

/**
 * A copy of the data without the keys that its schema does not know and without broken parts that nothing else depends on,
 * so that one problem does not hide the others.
 */
export function withoutBrokenParts(error: z.ZodError, data: unknown): unknown {
  const copy: unknown = structuredClone(data);
  for (const issue of flatten(error.issues, [])) {
    const path = toPath(issue.path);
    const apart = APART.find((part) => part.every((key, depth) => path[depth] === key));
    if (apart !== undefined) setOrRemove(copy, apart, apart[0] === 'metadata' ? STAND_IN : undefined);
    else if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys) setOrRemove(copy, [...path, key], undefined);
  }
  return copy;
}

function setOrRemove(data: unknown, path: Path, value: unknown): void {
  const owner = valueAt(data, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof owner !== 'object' || owner === null || key === undefined) return;
  if (value === undefined) Reflect.deleteProperty(owner, key);
  else Reflect.set(owner, key, value);
}

function toPath(path: readonly PropertyKey[]): Path {
  return path.map((key) => (typeof key === 'symbol' ? String(key) : key));
}

/** Of a union only the alternative that the author most likely meant is reported; where none stands out, what the union is. */
function flatten(issues: readonly ZodIssue[], prefix: readonly PropertyKey[]): ZodIssue[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    const here: ZodIssue = { ...issue, path };
    if (issue.code !== 'invalid_union') return [here];
    const [best, second] = [...issue.errors].sort((a, b) => distance(a) - distance(b));
    if (best === undefined || distance(best) >= WRONG_TYPE) return [here];
    return second !== undefined && distance(second) === distance(best) ? [here] : flatten(best, path);
  });
}

const WRONG_TYPE = 1000;

function distance(issues: readonly ZodIssue[]): number {
  return issues.reduce((sum, issue) => {
    // A key that is nearly right speaks for its alternative.
    if (issue.code === 'unrecognized_keys') return sum + (hasGuess(issue.message) ? 1 : 2 * issue.keys.length);
    const isAtRoot = issue.path.length === 0;
    return sum + (isAtRoot ? WRONG_TYPE : 1);
  }, 0);
}
