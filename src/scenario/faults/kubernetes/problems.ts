import { manifestProblems } from '../../fields/manifest.ts';
import { quote } from '../../fields/schema-fields.ts';
import { CHANGEABLE_KINDS, changeableKind, DELETABLE_POD } from '../../model/changeable-kinds.ts';
import type { KubernetesChange, ObjectQuery } from '../../model/fault.ts';
import { type Path, valueAt } from '../../yaml/source.ts';
import type { FaultProblem } from '../shared/fault-kind.ts';
import { outsideOf } from '../shared/outside.ts';

export function changeProblems(change: KubernetesChange, namespaces: readonly string[]): FaultProblem[] {
  const base: Path = [change.verb];
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

function applyProblems(manifest: unknown, namespaces: readonly string[], base: Path): FaultProblem[] {
  return [
    ...kindProblems(valueAt(manifest, ['apiVersion']), valueAt(manifest, ['kind']), base, false),
    ...outsideOf(valueAt(manifest, ['metadata', 'namespace']), namespaces, [...base, 'metadata', 'namespace']),
    ...manifestProblems(manifest).map(({ path, message }) => ({ path: [...base, ...path], message })),
  ];
}

/** Identity and status are no part of what a fault may change, nor could they be put back. */
function patchProblems(patch: unknown, base: Path): FaultProblem[] {
  const path: Path = [...base, 'patch'];
  const metadata = valueAt(patch, ['metadata']);
  const keys = typeof metadata === 'object' && metadata !== null ? Object.keys(metadata) : [];
  return [
    ...['apiVersion', 'kind', 'status'].filter((key) => valueAt(patch, [key]) !== undefined).map((key) => [key]),
    ...keys.filter((key) => key !== 'labels' && key !== 'annotations').map((key) => ['metadata', key]),
  ].map((key) => ({ path: [...path, ...key], message: 'this may not be patched: it could not be put back' }));
}

function objectProblems(
  query: ObjectQuery,
  namespaces: readonly string[],
  path: Path,
  mayBePod = false,
): FaultProblem[] {
  const problems = [
    ...kindProblems(query.apiVersion, query.kind, path, mayBePod),
    ...outsideOf(query.namespace, namespaces, [...path, 'namespace']),
  ];
  if ((query.name === undefined) === (query.labels === undefined))
    problems.push({ path, message: 'expected either a name or labels' });
  return problems;
}

function kindProblems(apiVersion: unknown, kind: unknown, path: Path, mayBePod: boolean): FaultProblem[] {
  if (changeableKind(apiVersion, kind) !== undefined) return [];
  if (mayBePod && apiVersion === DELETABLE_POD.apiVersion && kind === DELETABLE_POD.kind) return [];
  const known = CHANGEABLE_KINDS.map((each) => `${each.kind} (${each.apiVersion})`);
  const list = [...known, ...(mayBePod ? ['Pod (v1)'] : [])].join(', ');
  const got = kind === undefined ? ', but it is missing' : `, got ${quote(kind)} (${quote(apiVersion)})`;
  return [{ path: [...path, 'kind'], message: `expected a kind that can be put back: ${list}${got}` }];
}
