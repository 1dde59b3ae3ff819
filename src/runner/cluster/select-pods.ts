import { FaultError } from '../../errors.ts';
import type { PodTarget } from '../../experiment/evidence/evidence.ts';
import type { Kube, KubeObject } from '../../ports/kube.ts';
import { selectRunning } from '../../scenario/faults/chaos-mesh/selection/selector-states.ts';
import { valueAt } from '../../scenario/yaml/source.ts';
import { targetOf } from './pods.ts';

/** Chaos Mesh's pod selector. */
interface PodSelector {
  readonly namespaces?: readonly string[];
  readonly labelSelectors?: Texts;
  readonly annotationSelectors?: Texts;
  readonly fieldSelectors?: Texts;
  readonly expressionSelectors?: readonly Expression[];
  readonly podPhaseSelectors?: readonly string[];
  readonly nodes?: readonly string[];
  readonly nodeSelectors?: Texts;
  readonly pods?: Readonly<Record<string, readonly string[]>>;
}
type Texts = Readonly<Record<string, string>>;
interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...['namespaces', 'labelSelectors', 'annotationSelectors', 'fieldSelectors', 'expressionSelectors'],
  ...['podPhaseSelectors', 'nodes', 'nodeSelectors', 'pods'],
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
  const wanted = filled(selector);
  const unknown = Object.keys(wanted).filter((key) => !KNOWN_KEYS.has(key));
  if (unknown.length > 0) {
    throw new FaultError(`selector uses ${unknown.join(', ')}, which cannot be resolved to exact pods`, {
      hint: `Select by ${[...KNOWN_KEYS].join(', ')}.`,
    });
  }
  const [pods, nodes] = await Promise.all([podsOf(kube, wanted, homeNamespace), nodesOf(kube, wanted)]);
  return pods
    .filter((pod) => isMeant(pod, wanted))
    .flatMap((pod) => targetOf(pod) ?? [])
    .filter(({ node }) => nodes === null || nodes.has(node));
}

/** What a form left empty selects nothing and excludes nothing. */
function filled(selector: unknown): PodSelector {
  const isFilled = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  return Object.fromEntries(Object.entries(selector ?? {}).filter(([, value]) => isFilled(value)));
}

async function podsOf(kube: Pick<Kube, 'list'>, wanted: PodSelector, homeNamespace: string): Promise<KubeObject[]> {
  const namespaces = wanted.pods === undefined ? (wanted.namespaces ?? [homeNamespace]) : Object.keys(wanted.pods);
  const labelSelector = labelQuery(wanted);
  const query = { apiVersion: 'v1', kind: 'Pod', ...(labelSelector === '' ? {} : { labelSelector }) };
  const lists = await Promise.all(namespaces.map((namespace) => kube.list({ ...query, namespace })));
  return lists.flat();
}

/** The nodes that are named and those with the labels, together; null where none are asked for. */
async function nodesOf(kube: Pick<Kube, 'list'>, wanted: PodSelector): Promise<ReadonlySet<string> | null> {
  const { nodes = [], nodeSelectors } = wanted;
  if (nodeSelectors === undefined) return nodes.length === 0 ? null : new Set(nodes);
  const labelSelector = labelQuery({ labelSelectors: nodeSelectors });
  const labelled = await kube.list({ apiVersion: 'v1', kind: 'Node', labelSelector });
  return new Set([...nodes, ...labelled.map(({ metadata }) => metadata.name)]);
}

function isMeant(pod: KubeObject, wanted: PodSelector): boolean {
  const { pods, annotationSelectors = {}, fieldSelectors = {}, podPhaseSelectors = [] } = wanted;
  const { name, namespace = '', annotations = {} } = pod.metadata;
  return (
    (pods === undefined || (pods[namespace] ?? []).includes(name)) &&
    Object.entries(annotationSelectors).every(([key, value]) => annotations[key] === value) &&
    Object.entries(fieldSelectors).every(([field, value]) => (valueAt(pod, field.split('.')) ?? '') === value) &&
    selectRunning(podPhaseSelectors)
  );
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
