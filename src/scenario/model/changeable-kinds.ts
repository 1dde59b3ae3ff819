/** A kind of object that a `kubernetes` fault may change, and where its spec says which pods it is about. */
export interface ChangeableKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  /** Path to `matchLabels`-like labels of its pods; null where it names none. */
  readonly podLabels: readonly string[] | null;
  readonly isScalable: boolean;
}

const MATCH_LABELS = ['spec', 'selector', 'matchLabels'] as const;

/**
 * Whatever stands here the janitor may patch and make anew everywhere, so the list is closed and short. It has no Secrets:
 * their content would end up in undo records and in the report.
 */
export const CHANGEABLE_KINDS: readonly ChangeableKind[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', podLabels: MATCH_LABELS, isScalable: true },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets', podLabels: MATCH_LABELS, isScalable: true },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', plural: 'daemonsets', podLabels: MATCH_LABELS, isScalable: false },
  { apiVersion: 'v1', kind: 'Service', plural: 'services', podLabels: ['spec', 'selector'], isScalable: false },
  { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', podLabels: null, isScalable: false },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    podLabels: ['spec', 'podSelector', 'matchLabels'],
    isScalable: false,
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    podLabels: MATCH_LABELS,
    isScalable: false,
  },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    podLabels: null,
    isScalable: false,
  },
];

/** A pod may be deleted where its controller makes another, but neither patched nor made. */
export const DELETABLE_POD = { apiVersion: 'v1', kind: 'Pod' } as const;

export function changeableKind(apiVersion: unknown, kind: unknown): ChangeableKind | undefined {
  return CHANGEABLE_KINDS.find((each) => each.apiVersion === apiVersion && each.kind === kind);
}
