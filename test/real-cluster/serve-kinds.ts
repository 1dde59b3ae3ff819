import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CustomObjectsApi, type KubeConfig, type KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';

const DEFINITIONS = fileURLToPath(new URL('../../healer/crds/healproof.dev.yaml', import.meta.url));
const AT = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' } as const;
const POLL_MS = 50;

/** Makes an API server know the healer's own kinds; resolves once objects of them can be made. */
export async function serveKinds(config: KubeConfig): Promise<void> {
  for (const document of parseAllDocuments(readFileSync(DEFINITIONS, 'utf8'))) {
    await serveKind(config, document.toJS() as KubernetesObject);
  }
}

/** Until it is established, nobody can make objects of it. The typed client would drop every key that begins with x-kubernetes. */
export async function serveKind(config: KubeConfig, body: KubernetesObject): Promise<void> {
  const custom = config.makeApiClient(CustomObjectsApi);
  await custom.createClusterCustomObject({ ...AT, body });
  const established = async (): Promise<boolean> => {
    const { status } = await custom.getClusterCustomObject({ ...AT, name: body.metadata?.name ?? '' });
    const conditions: { type: string; status: string }[] = Object(status).conditions ?? [];
    return conditions.some(({ type, status: holds }) => type === 'Established' && holds === 'True');
  };
  while (!(await established())) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
