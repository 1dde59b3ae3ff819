import type { Kube, KubeObject } from '../../ports/kube.ts';
import type { Look } from '../waiting/wait-until.ts';

interface DeploymentShape {
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly replicas?: number;
  };
}

/** Null when the Deployment has finished rolling out, else how far it is. */
export function rolloutGap(deployment: KubeObject): string | null {
  const { spec, status } = deployment as unknown as DeploymentShape;
  const wanted = spec?.replicas ?? 1;
  const isSeen = (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
  const updated = status?.updatedReplicas ?? 0;
  const available = status?.availableReplicas ?? 0;
  const isDone = isSeen && updated === wanted && available === wanted && (status?.replicas ?? 0) === wanted;
  return isDone ? null : `${deployment.metadata.name}: ${available} of ${wanted} available`;
}

/** Looks once whether every Deployment of the namespaces is rolled out. */
export async function rolledOut(kube: Kube, namespaces: readonly string[]): Promise<Look<void>> {
  const lists = await Promise.all(
    namespaces.map((namespace) => kube.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace })),
  );
  const gaps = lists.flat().flatMap((deployment) => rolloutGap(deployment) ?? []);
  return gaps.length === 0 ? { done: true, value: undefined } : { done: false, seen: gaps.join(', ') };
}
