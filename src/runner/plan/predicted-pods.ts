import { LABELS } from '../../../healer/src/names.ts';
import type { Kube, KubeObject, ListQuery } from '../../ports/kube.ts';

/** Where a pod is that no scheduler has seen yet. */
export const UNSCHEDULED = '(not scheduled yet)';

interface PodSpec {
  readonly nodeName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
}
interface Template {
  readonly metadata?: Partial<Pick<KubeObject['metadata'], 'labels' | 'annotations'>>;
  readonly spec?: PodSpec;
}

/** What the API server puts in. */
const DEFAULTS = { restartPolicy: 'Always', schedulerName: 'default-scheduler', serviceAccountName: 'default' };

/** The pods that a workload's manifests will become, as if they were running, behind the one verb that selecting needs. */
export class PredictedPods implements Pick<Kube, 'list'> {
  readonly #pods: readonly KubeObject[];

  /** Pods that ask for a node of the judge's are on one, as far as anybody can say. */
  constructor(manifests: readonly KubeObject[], judgeNodes: readonly string[]) {
    this.#pods = manifests.flatMap((manifest) => podsOf(manifest, judgeNodes));
  }

  async list({ kind, namespace, labelSelector = '' }: ListQuery): Promise<KubeObject[]> {
    if (kind !== 'Pod') return [];
    return this.#pods.filter(
      ({ metadata }) =>
        (namespace === undefined || metadata.namespace === namespace) &&
        matchesQuery(metadata.labels ?? {}, labelSelector),
    );
  }
}

function podsOf(manifest: KubeObject, judgeNodes: readonly string[]): KubeObject[] {
  const { kind, metadata, spec } = manifest;
  if (kind === 'Pod') return [podOf(manifest, metadata.name, { metadata, spec: spec as PodSpec }, judgeNodes)];
  if (!['Deployment', 'StatefulSet', 'ReplicaSet'].includes(kind)) return [];
  const { replicas = 1, template } = (spec ?? {}) as { replicas?: number; template?: Template };
  return Array.from({ length: replicas }, (_, index) => {
    const name = `${metadata.name}-(${index + 1} of ${replicas})`;
    return podOf(manifest, name, template ?? {}, judgeNodes);
  });
}

function nodeOf(spec: PodSpec | undefined, judgeNodes: readonly string[]): string {
  const isJudges = spec?.nodeSelector?.[LABELS.role] === 'judge';
  return spec?.nodeName ?? (isJudges ? judgeNodes[0] : undefined) ?? UNSCHEDULED;
}

function podOf(owner: KubeObject, name: string, template: Template, judgeNodes: readonly string[]): KubeObject {
  const { namespace = 'default' } = owner.metadata;
  const { labels = {}, annotations = {} } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, uid: `${namespace}/${name}`, labels, annotations },
    spec: { ...DEFAULTS, ...template.spec, nodeName: nodeOf(template.spec, judgeNodes) },
    status: { phase: 'Running' },
  };
}

/** Whether labels match a selector as it is written in a query: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`. */
export function matchesQuery(labels: Readonly<Record<string, string>>, query: string): boolean {
  const terms = query === '' ? [] : query.split(/,(?![^(]*\))/);
  return terms.every((term) => matchesTerm(labels, term.trim()));
}

function matchesTerm(labels: Readonly<Record<string, string>>, term: string): boolean {
  const set = /^(\S+) (in|notin) \((.*)\)$/.exec(term);
  if (set !== null) {
    const [, key = '', operator, values = ''] = set;
    const isIn = key in labels && values.split(',').includes(labels[key] ?? '');
    return operator === 'in' ? isIn : !isIn;
  }
  if (term.startsWith('!')) return !(term.slice(1) in labels);
  const [key = '', value] = term.split(/!?==?/);
  if (value === undefined) return key in labels;
  return term.includes('!=') ? labels[key] !== value : labels[key] === value;
}
