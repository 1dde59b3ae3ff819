import type { z } from 'zod';
import type { Issue } from '../errors.ts';
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

/** A copy of the data without the keys that its schema does not know. */
export function withoutUnknownKeys(error: z.ZodError, data: unknown): unknown {
  const copy: unknown = structuredClone(data);
  for (const issue of flatten(error.issues, [])) {
    const owner = issue.code === 'unrecognized_keys' ? valueAt(copy, toPath(issue.path)) : null;
    if (issue.code !== 'unrecognized_keys' || typeof owner !== 'object' || owner === null) continue;
    for (const key of issue.keys) Reflect.deleteProperty(owner, key);
  }
  return copy;
}

function toPath(path: readonly PropertyKey[]): Path {
  return path.map((key) => (typeof key === 'symbol' ? String(key) : key));
}

/** Of a union only the alternative that the author most likely meant is reported. */
function flatten(issues: readonly ZodIssue[], prefix: readonly PropertyKey[]): ZodIssue[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    const here: ZodIssue = { ...issue, path };
    if (issue.code !== 'invalid_union') return [here];
    const [best] = [...issue.errors].sort((a, b) => distance(a) - distance(b));
    return best === undefined || distance(best) >= WRONG_TYPE ? [here] : flatten(best, path);
  });
}

const WRONG_TYPE = 1000;

function distance(issues: readonly ZodIssue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys') return sum + issue.keys.length;
    const isAtRoot = issue.path.length === 0;
    return sum + (isAtRoot ? WRONG_TYPE : 1);
  }, 0);
}
