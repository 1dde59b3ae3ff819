import { FaultError } from '../../errors.ts';
import type { PodTarget } from '../../experiment/evidence/evidence.ts';
import type { Kube } from '../../ports/kube.ts';
import { targetOf } from './pods.ts';

/** The part of Chaos Mesh's pod selector that is resolved here. */
interface PodSelector {
  readonly namespaces?: readonly string[];
  readonly labelSelectors?: Readonly<Record<string, string>>;
  readonly expressionSelectors?: readonly Expression[];
  readonly nodes?: readonly string[];
  readonly pods?: Readonly<Record<string, readonly string[]>>;
}
interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  'namespaces',
  'labelSelectors',
  'expressionSelectors',
  'nodes',
  'pods',
]);

/**
 * The running pods that a Chaos Mesh selector matches now, found the way Chaos Mesh does. A way of selecting that is not
 * known here is refused: resolving it wrongly would hit other pods than announced.
 */
export async function selectPods(
  kube: Pick<Kube, 'list'>,
  selector: unknown,
  homeNamespace: string,
): Promise<PodTarget[]> {
  const wanted = (selector ?? {}) as PodSelector;
  const unknown = Object.keys(wanted).filter((key) => !KNOWN_KEYS.has(key));
  if (unknown.length > 0) {
    throw new FaultError(`selector uses ${unknown.join(', ')}, which cannot be resolved to exact pods`, {
      hint: `Select by ${[...KNOWN_KEYS].join(', ')}.`,
    });
  }
  const named = wanted.pods;
  const namespaces = named === undefined ? (wanted.namespaces ?? [homeNamespace]) : Object.keys(named);
  const labelSelector = labelQuery(wanted);
  const query = { apiVersion: 'v1', kind: 'Pod', ...(labelSelector === '' ? {} : { labelSelector }) };
  const lists = await Promise.all(namespaces.map((namespace) => kube.list({ ...query, namespace })));
  const isNamed = (pod: PodTarget): boolean => named === undefined || (named[pod.namespace] ?? []).includes(pod.name);
  const isThere = (pod: PodTarget): boolean => wanted.nodes === undefined || wanted.nodes.includes(pod.node);
  return lists
    .flat()
    .flatMap((pod) => targetOf(pod) ?? [])
    .filter((pod) => isNamed(pod) && isThere(pod));
}

function labelQuery({ labelSelectors = {}, expressionSelectors = [] }: PodSelector): string {
  const equal = Object.entries(labelSelectors).map(([key, value]) => `${key}=${value}`);
  return [...equal, ...expressionSelectors.map(expressionQuery)].join(',');
}

function expressionQuery({ key, operator, values = [] }: Expression): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      throw new FaultError(`selector has an expression with the unknown operator ${operator}`);
  }
}
