import type { CustomObjectsApi, KubernetesObject } from '@kubernetes/client-node';

const AT = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' };

/**
 * Defines a kind. Until it is established, nobody can make objects of it. The typed client would drop every key that
 * begins with x-kubernetes.
 */
export async function serveKind(api: CustomObjectsApi, body: KubernetesObject): Promise<void> {
  await api.createClusterCustomObject({ ...AT, body });
  const established = async (): Promise<boolean> => {
    const { status } = await api.getClusterCustomObject({ ...AT, name: body.metadata?.name ?? '' });
    const conditions: { type: string; status: string }[] = Object(status).conditions ?? [];
    return conditions.some(({ type, status: holds }) => type === 'Established' && holds === 'True');
  };
  while (!(await established())) await new Promise((resolve) => setTimeout(resolve, 50));
}
