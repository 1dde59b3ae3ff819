import type { Issue } from '../../errors.ts';
import { CHANGEABLE_KINDS, changeableKind, DELETABLE_POD } from '../model/changeable-kinds.ts';
import { formatDuration } from '../model/duration.ts';
import type { KubernetesChange, NodeFault, ObjectQuery, SingleFault } from '../model/fault.ts';
import { stepsOf } from '../model/fault.ts';
import type { Draft } from '../read/resolve.ts';
import { quote } from '../schema/schema-fields.ts';
import { type Path, valueAt } from '../yaml/source.ts';
import { stepPath } from './fault-paths.ts';
import { manifestProblems } from './manifest.ts';

interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** What can be said about faults of Kubernetes, Helm and nodes, and about a sequence, without a cluster. */
export function changeIssues({ source, scenario, document }: Draft): Issue[] {
  const { fault, recovery } = scenario;
  const issues = stepsOf(fault).flatMap((step, index) =>
    problemsOf(step.fault, scenario.blastRadius.namespaces, scenario.workload).map(({ path, message }) =>
      source.issue([...stepPath(fault, index), ...path], message),
    ),
  );
  if (fault.type !== 'sequence') return issues;
  const at = (index: number): Path => [...stepPath(fault, index), 'after'];
  if (document.spec.fault !== 'none' && document.spec.fault.witness !== undefined) {
    issues.push(source.issueAtKey(['spec', 'fault', 'witness'], 'expected the witness beside the fault it is of'));
  }
  fault.steps.forEach(({ afterMs }, index) => {
    const beforeMs = fault.steps[index - 1]?.afterMs ?? 0;
    if (index === 0 && afterMs > 0)
      issues.push(source.issue(at(0), 'the first fault begins the sequence: leave it out'));
    if (afterMs < beforeMs) {
      const message = `expected at least ${formatDuration(beforeMs)}, when the fault before it begins, got ${formatDuration(afterMs)}`;
      issues.push(source.issue(at(index), message));
    }
    if (recovery.withinMs > 0 && afterMs >= recovery.withinMs) {
      const message = `expected less than within (${formatDuration(recovery.withinMs)}): what comes later belongs into a scenario of its own`;
      issues.push(source.issue(at(index), message));
    }
  });
  return issues;
}

function problemsOf(fault: SingleFault, namespaces: readonly string[], workload: string | null): Problem[] {
  switch (fault.type) {
    case 'chaosMesh':
      return [];
    case 'kubernetes':
      return kubernetesProblems(fault.change, namespaces);
    case 'helm': {
      const path = ['helm', fault.action];
      const outside = outsideOf(fault.namespace, namespaces, [...path, 'namespace']);
      if (workload !== null) return outside;
      return [...outside, { path, message: 'expected a workload that installs the release, but there is none' }];
    }
    case 'node':
      return nodeProblems(fault);
  }
}

function outsideOf(namespace: unknown, namespaces: readonly string[], path: Path): Problem[] {
  if (typeof namespace === 'string' && namespaces.includes(namespace)) return [];
  const message =
    typeof namespace === 'string'
      ? `namespace ${namespace} is outside of blastRadius.namespaces (${namespaces.join(', ')})`
      : 'expected a namespace: only objects in a namespace may be changed';
  return [{ path, message }];
}

function kubernetesProblems(change: KubernetesChange, namespaces: readonly string[]): Problem[] {
  const base: Path = ['kubernetes', change.verb];
  switch (change.verb) {
    case 'apply':
      return applyProblems(change.manifest, namespaces, base);
    case 'patch':
      return [...objectProblems(change.object, namespaces, [...base, 'object']), ...patchProblems(change.patch, base)];
    case 'scale': {
      const path: Path = [...base, 'object'];
      const kind = changeableKind(change.object.apiVersion, change.object.kind);
      const isOdd = kind !== undefined && !kind.isScalable;
      return [
        ...objectProblems(change.object, namespaces, path),
        ...(isOdd ? [{ path: [...path, 'kind'], message: `a ${change.object.kind} cannot be scaled` }] : []),
      ];
    }
    case 'delete':
      return objectProblems(change.object, namespaces, base, true);
  }
}

function applyProblems(manifest: unknown, namespaces: readonly string[], base: Path): Problem[] {
  return [
    ...kindProblems(valueAt(manifest, ['apiVersion']), valueAt(manifest, ['kind']), base, false),
    ...outsideOf(valueAt(manifest, ['metadata', 'namespace']), namespaces, [...base, 'metadata', 'namespace']),
    ...manifestProblems(manifest).map(({ path, message }) => ({ path: [...base, ...path], message })),
  ];
}

/** Identity and status are no part of what a fault may change, nor could they be put back. */
function patchProblems(patch: unknown, base: Path): Problem[] {
  const path: Path = [...base, 'patch'];
  const metadata = valueAt(patch, ['metadata']);
  const keys = typeof metadata === 'object' && metadata !== null ? Object.keys(metadata) : [];
  return [
    ...['apiVersion', 'kind', 'status'].filter((key) => valueAt(patch, [key]) !== undefined).map((key) => [key]),
    ...keys.filter((key) => key !== 'labels' && key !== 'annotations').map((key) => ['metadata', key]),
  ].map((key) => ({ path: [...path, ...key], message: 'this may not be patched: it could not be put back' }));
}

function objectProblems(query: ObjectQuery, namespaces: readonly string[], path: Path, mayBePod = false): Problem[] {
  const problems = [
    ...kindProblems(query.apiVersion, query.kind, path, mayBePod),
    ...outsideOf(query.namespace, namespaces, [...path, 'namespace']),
  ];
  if ((query.name === undefined) === (query.labels === undefined))
    problems.push({ path, message: 'expected either a name or labels' });
  return problems;
}

function kindProblems(apiVersion: unknown, kind: unknown, path: Path, mayBePod: boolean): Problem[] {
  if (changeableKind(apiVersion, kind) !== undefined) return [];
  if (mayBePod && apiVersion === DELETABLE_POD.apiVersion && kind === DELETABLE_POD.kind) return [];
  const known = CHANGEABLE_KINDS.map((each) => `${each.kind} (${each.apiVersion})`);
  const list = [...known, ...(mayBePod ? ['Pod (v1)'] : [])].join(', ');
  const got = kind === undefined ? ', but it is missing' : `, got ${quote(kind)} (${quote(apiVersion)})`;
  return [{ path: [...path, 'kind'], message: `expected a kind that can be put back: ${list}${got}` }];
}

function nodeProblems({ action, durationMs }: NodeFault): Problem[] {
  if (action !== 'pause' || durationMs !== null) return [];
  const message =
    'expected a duration such as 180s, but it is missing: a node must wake up even when everything else is gone';
  return [{ path: ['node', 'duration'], message }];
}
