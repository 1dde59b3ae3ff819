import { quote } from '../../fields/schema-fields.ts';
import { parseGoDuration } from '../../model/duration.ts';
import { didYouMean } from '../../yaml/nearest.ts';
import { valueAt } from '../../yaml/source.ts';
import type { FaultProblem, WrittenAround } from '../shared/fault-kind.ts';
import { chaosKind, happensOnce } from './kinds/chaos-kinds.ts';
import { onePerCause } from './one-cause.ts';
import { selectionProblems } from './selection/selection.ts';
import type { ChaosKind, ChaosSpec } from './spec/chaos-kind.ts';
import { isSpec } from './spec/spec-values.ts';

/** Everything that can be said about a Chaos Mesh fault without a cluster. What its schema says is not said twice. */
export function chaosProblems(written: unknown, around: WrittenAround): FaultProblem[] {
  const name = valueAt(written, ['kind']);
  const spec = valueAt(written, ['spec']);
  const kind = typeof name === 'string' ? chaosKind(name) : null;
  if (typeof name !== 'string' || kind === null || !isSpec(spec)) return [];
  const bySpec = specProblems(name, spec, around);
  return [
    ...bySpec.map((problem) => ({ ...problem, path: ['spec', ...problem.path] })),
    ...aroundProblems(name, kind, spec, around),
  ];
}

function specProblems(kind: string, spec: ChaosSpec, { blastRadius, checkSpec }: WrittenAround): FaultProblem[] {
  const byRule = [
    ...kindProblems(kind, spec),
    ...durationProblems(kind, spec),
    ...selectionProblems(kind, spec, blastRadius),
  ];
  return onePerCause(checkSpec(kind, spec), byRule);
}

/** What a fault needs beside its spec, known beforehand: without it a run could only be refused or inconclusive. */
function aroundProblems(name: string, kind: ChaosKind, spec: ChaosSpec, around: WrittenAround): FaultProblem[] {
  const path = ['kind'];
  const why = kind.unseen(spec);
  const problems: FaultProblem[] = [];
  if (why !== null && around.witness === undefined) {
    const message = `expected a \`witness\` of your own beside chaosMesh, with query and tolerance, but it is missing: ${why}`;
    problems.push({ path, message });
  }
  const maxNodes = valueAt(around.blastRadius, ['maxNodes']);
  if (kind.hitsNodes && isSpec(around.blastRadius) && (maxNodes === undefined || maxNodes === 0)) {
    const message = `expected blastRadius.maxNodes of at least 1${got(maxNodes)}: ${name} hits the kernel, which all pods of a node share`;
    problems.push({ path, message });
  }
  return problems;
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
