import { quote } from '../../fields/schema-fields.ts';
import { parseGoDuration } from '../../model/duration.ts';
import { didYouMean } from '../../yaml/nearest.ts';
import { valueAt } from '../../yaml/source.ts';
import type { FaultProblem, WrittenAround } from '../shared/fault-kind.ts';
import type { ChaosSpec } from './chaos-kind.ts';
import { chaosKind, happensOnce } from './chaos-kinds.ts';
import { selectionProblems } from './selection.ts';
import { isSpec } from './spec-values.ts';

/** Everything that can be said about a Chaos Mesh fault without a cluster. What its schema says is not said twice. */
export function chaosProblems(written: unknown, { blastRadius, checkSpec }: WrittenAround): FaultProblem[] {
  const kind = valueAt(written, ['kind']);
  const spec = valueAt(written, ['spec']);
  if (typeof kind !== 'string' || !isSpec(spec)) return [];
  const bySchema = checkSpec(kind, spec);
  const reported = new Set(bySchema.map(({ path }) => path.join('/')));
  const byRule = [
    ...kindProblems(kind, spec),
    ...durationProblems(kind, spec),
    ...selectionProblems(kind, spec, blastRadius),
  ];
  const problems = [...bySchema, ...byRule.filter(({ path }) => !reported.has(path.join('/')))];
  return problems.map((problem) => ({ ...problem, path: ['spec', ...problem.path] }));
}

function kindProblems(kind: string, spec: ChaosSpec): FaultProblem[] {
  const problems: FaultProblem[] = [];
  const description = chaosKind(kind);
  const actions = description?.actions ?? null;
  if (actions !== null && !actions.some((action) => action === spec.action)) {
    const guess = typeof spec.action === 'string' ? didYouMean(spec.action, actions) : '';
    problems.push({ path: ['action'], message: `expected one of ${actions.join(', ')}${got(spec.action)}${guess}` });
  }
  if (spec.remoteCluster !== undefined) {
    const message = 'a fault in another cluster is outside of what is watched and bounded here: leave it out';
    problems.push({ path: ['remoteCluster'], message, atKey: true });
  }
  return [...problems, ...(description?.problems(spec) ?? [])];
}

function got(value: unknown): string {
  return value === undefined ? ', but it is missing' : `, got ${quote(value)}`;
}

function durationProblems(kind: string, spec: ChaosSpec): FaultProblem[] {
  const path = ['duration'];
  if (spec.duration === undefined) {
    const message =
      'expected a duration such as 180s, but it is missing: a fault that lasts must end even when everything else is gone';
    return happensOnce(kind, spec) ? [] : [{ path, message }];
  }
  if (typeof spec.duration === 'string' && parseGoDuration(spec.duration) !== null) return [];
  return [{ path, message: `expected a duration such as 180s or 1m30s, got ${quote(spec.duration)}` }];
}
