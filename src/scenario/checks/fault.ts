import type { Issue } from '../../errors.ts';
import { CHAOS_ACTIONS, isOneShot } from '../model/chaos-kinds.ts';
import { parseGoDuration } from '../model/duration.ts';
import type { ParsedScenario } from '../read/resolve.ts';
import type { CheckSpec, SpecProblem } from '../schema/chaos-schema.ts';
import { quote } from '../schema/schema-fields.ts';
import { didYouMean } from '../yaml/nearest.ts';
import { type Path, valueAt } from '../yaml/source.ts';
import { faultPaths } from './fault-paths.ts';
import { selectionProblems } from './selection.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Everything that can be said about Chaos Mesh faults without a cluster, whether or not the rest of the document is sound. */
export function faultIssues(parsed: ParsedScenario, checkSpec: CheckSpec): Issue[] {
  return faultPaths(parsed.data).flatMap((path) => chaosIssues(parsed, [...path, 'chaosMesh'], checkSpec));
}

function chaosIssues({ data, source }: ParsedScenario, fault: Path, checkSpec: CheckSpec): Issue[] {
  const kind = valueAt(data, [...fault, 'kind']);
  const spec = valueAt(data, [...fault, 'spec']);
  if (typeof kind !== 'string' || !isSpec(spec)) return [];
  const bySchema = checkSpec(kind, spec);
  const reported = new Set(bySchema.map(({ path }) => path.join('/')));
  const byRule = [
    ...kindProblems(kind, spec),
    ...durationProblems(kind, spec),
    ...selectionProblems(spec, valueAt(data, ['spec', 'blastRadius'])),
  ];
  const problems = [...bySchema, ...byRule.filter(({ path }) => !reported.has(path.join('/')))];
  return problems.map((problem) => {
    const path = [...fault, 'spec', ...problem.path];
    return problem.atKey === true ? source.issueAtKey(path, problem.message) : source.issue(path, problem.message);
  });
}

function isSpec(value: unknown): value is Spec {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindProblems(kind: string, spec: Spec): SpecProblem[] {
  const problems: SpecProblem[] = [];
  const actions = CHAOS_ACTIONS.get(kind);
  if (actions !== undefined && !actions.some((action) => action === spec.action)) {
    const guess = typeof spec.action === 'string' ? didYouMean(spec.action, actions) : '';
    problems.push({ path: ['action'], message: `expected one of ${actions.join(', ')}${got(spec.action)}${guess}` });
  }
  if (spec.remoteCluster !== undefined) {
    const message = 'a fault in another cluster is outside of what is watched and bounded here: leave it out';
    problems.push({ path: ['remoteCluster'], message, atKey: true });
  }
  if (kind === 'StressChaos' && !hasStressor(spec)) {
    problems.push({ path: ['stressors'], message: 'expected a cpu or memory stressor with at least one worker' });
  }
  if (kind === 'PodChaos' && spec.action === 'container-kill' && !isFilledList(spec.containerNames)) {
    problems.push({ path: ['containerNames'], message: 'expected the names of the containers to kill' });
  }
  if (kind === 'NetworkChaos') problems.push(...directionProblems(spec));
  return problems;
}

function got(value: unknown): string {
  return value === undefined ? ', but it is missing' : `, got ${quote(value)}`;
}

function hasStressor(spec: Spec): boolean {
  if (typeof spec.stressngStressors === 'string' && spec.stressngStressors !== '') return true;
  return ['cpu', 'memory'].some((part) => Number(valueAt(spec, ['stressors', part, 'workers'])) > 0);
}

function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function directionProblems(spec: Spec): SpecProblem[] {
  const isTwoSided = spec.direction === 'from' || spec.direction === 'both';
  if (!isTwoSided || spec.target !== undefined) return [];
  if (spec.action === 'partition' && isFilledList(spec.externalTargets)) return [];
  return [{ path: ['direction'], message: `direction ${spec.direction} needs a target` }];
}

function durationProblems(kind: string, spec: Spec): SpecProblem[] {
  const path = ['duration'];
  if (spec.duration === undefined) {
    const message =
      'expected a duration such as 180s, but it is missing: a fault that lasts must end even when everything else is gone';
    return isOneShot(kind, spec) ? [] : [{ path, message }];
  }
  if (typeof spec.duration === 'string' && parseGoDuration(spec.duration) !== null) return [];
  return [{ path, message: `expected a duration such as 180s or 1m30s, got ${quote(spec.duration)}` }];
}
