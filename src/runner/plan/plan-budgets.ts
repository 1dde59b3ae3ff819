import type { PodTarget } from '../../experiment/evidence/evidence.ts';
import { type DisruptionBudget, disruptionSentence } from '../../experiment/fault/disruption.ts';
import type { Kube, KubeObject } from '../../ports/kube.ts';
import { matchesQuery } from './predicted-pods.ts';

/** What a disruption budget does to evictions of targets. */
export interface BudgetEffect {
  readonly namespace: string;
  readonly name: string;
  /** A sentence. */
  readonly effect: string;
}

interface BudgetSpec {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

/** What each disruption budget among the objects does to evictions of the targets, a sentence each. */
export async function effectsOf(
  objects: readonly KubeObject[],
  targets: readonly PodTarget[],
  pods: Pick<Kube, 'list'>,
): Promise<BudgetEffect[]> {
  const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget');
  const effects = await Promise.all(budgets.map((budget) => effectOf(budget, targets, pods)));
  return effects.filter((effect) => effect !== null);
}

/** Disruption budgets of the namespaces that targets are in. */
export async function liveBudgets(targets: readonly PodTarget[], kube: Pick<Kube, 'list'>): Promise<KubeObject[]> {
  const namespaces = [...new Set(targets.map(({ namespace }) => namespace))];
  const query = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' };
  return (await Promise.all(namespaces.map((namespace) => kube.list({ ...query, namespace })))).flat();
}

async function effectOf(
  { metadata, spec }: KubeObject,
  targets: readonly PodTarget[],
  pods: Pick<Kube, 'list'>,
): Promise<BudgetEffect | null> {
  const { name, namespace = 'default' } = metadata;
  const { minAvailable = null, maxUnavailable = null, selector } = (spec ?? {}) as BudgetSpec;
  const labelSelector = Object.entries(selector?.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const covered = targets.filter((pod) => pod.namespace === namespace && matchesQuery(pod.labels, labelSelector));
  if (covered.length === 0) return null;
  const expected = (await pods.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector })).length;
  const budget: DisruptionBudget = { namespace, name, minAvailable, maxUnavailable, expected, healthy: expected };
  return { namespace, name, effect: disruptionSentence(budget, covered.length) };
}
