import { DNS_LABEL, isObjectName } from '../model/kubernetes-names.ts';
import { type Path, valueAt } from '../yaml/source.ts';
import { labelProblems } from './label-fields.ts';
import { OBJECT_NAME } from './name-fields.ts';
import { quote } from './schema-fields.ts';

export interface ManifestProblem {
  readonly path: Path;
  readonly message: string;
}

const NAMESPACE = 'a namespace of at most 63 lower-case letters, digits and dashes';

/** What is wrong with how an object is called and labelled; the API server judges the rest. */
export function manifestProblems(object: unknown): ManifestProblem[] {
  const apiVersion = valueAt(object, ['apiVersion']);
  const namespace = valueAt(object, ['metadata', 'namespace']);
  const labels = valueAt(object, ['metadata', 'labels']);
  const problems = [
    ...nameProblems(typeof apiVersion === 'string' ? apiVersion : '', valueAt(object, ['metadata', 'name'])),
    ...labelProblems(typeof labels === 'object' && labels !== null ? { ...labels } : {}).map(({ key, message }) => ({
      path: ['metadata', 'labels', key],
      message,
    })),
  ];
  if (namespace === undefined || (typeof namespace === 'string' && DNS_LABEL.test(namespace))) return problems;
  return [...problems, { path: ['metadata', 'namespace'], message: `expected ${NAMESPACE}, got ${quote(namespace)}` }];
}

function nameProblems(apiVersion: string, name: unknown): ManifestProblem[] {
  if (typeof name === 'string' && isObjectName(apiVersion, name)) return [];
  const isMissing = name === undefined || name === null || name === '';
  const message = isMissing
    ? 'expected the name of an object, but it is missing'
    : `expected ${OBJECT_NAME}, got ${quote(name)}`;
  return [{ path: ['metadata', 'name'], message }];
}
