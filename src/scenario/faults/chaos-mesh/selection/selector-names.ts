import { LABEL_KEY, LABEL_VALUE, labelProblems } from '../../../fields/label-fields.ts';
import { OBJECT_NAME } from '../../../fields/name-fields.ts';
import { quote } from '../../../fields/schema-fields.ts';
import { DNS_LABEL, DNS_SUBDOMAIN, isLabelKey, isLabelValue } from '../../../model/kubernetes-names.ts';
import { type Path, valueAt } from '../../../yaml/source.ts';
import type { FaultProblem } from '../../shared/fault-kind.ts';
import { operatorProblems, stateProblems } from './selector-states.ts';

type IsName = (text: string) => boolean;

const CONTAINER = 'the name of a container: at most 63 lower-case letters, digits and dashes';
const isObject: IsName = (text) => DNS_SUBDOMAIN.test(text);

/** Names and labels of one side of a Chaos Mesh fault; they are looked up as they stand. */
export function selectorNameProblems(spec: unknown, side: Path): FaultProblem[] {
  const selector: Path = [...side, 'selector'];
  return [
    ...['labelSelectors', 'annotationSelectors', 'nodeSelectors'].flatMap((key) =>
      mapProblems(spec, [...selector, key]),
    ),
    ...expressionProblems(spec, [...selector, 'expressionSelectors']),
    ...stateProblems(spec, selector),
    ...listProblems(spec, [...selector, 'nodes'], isObject, OBJECT_NAME),
    ...Object.keys(mappingAt(spec, [...selector, 'pods'])).flatMap((namespace) =>
      listProblems(spec, [...selector, 'pods', namespace], isObject, OBJECT_NAME),
    ),
    ...listProblems(spec, [...side, 'containerNames'], (text) => DNS_LABEL.test(text), CONTAINER),
  ];
}

function mapProblems(spec: unknown, path: Path): FaultProblem[] {
  return labelProblems(mappingAt(spec, path)).map(({ key, message }) => ({ path: [...path, key], message }));
}

function expressionProblems(spec: unknown, path: Path): FaultProblem[] {
  return listAt(spec, path).flatMap((_expression, index) => [
    ...nameProblems(spec, [...path, index, 'key'], isLabelKey, LABEL_KEY),
    ...operatorProblems(spec, [...path, index]),
    ...listProblems(spec, [...path, index, 'values'], isLabelValue, LABEL_VALUE),
  ]);
}

function listProblems(spec: unknown, path: Path, isName: IsName, what: string): FaultProblem[] {
  return listAt(spec, path).flatMap((_name, index) => nameProblems(spec, [...path, index], isName, what));
}

function nameProblems(spec: unknown, path: Path, isName: IsName, what: string): FaultProblem[] {
  const name = valueAt(spec, path);
  if (typeof name === 'string' && isName(name)) return [];
  return [{ path, message: `expected ${what}, got ${quote(name)}` }];
}

function listAt(spec: unknown, path: Path): readonly unknown[] {
  const found = valueAt(spec, path);
  return Array.isArray(found) ? found : [];
}

function mappingAt(spec: unknown, path: Path): Readonly<Record<string, unknown>> {
  const found = valueAt(spec, path);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? { ...found } : {};
}
