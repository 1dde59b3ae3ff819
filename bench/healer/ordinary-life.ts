import { PatchStrategy, setHeaderOptions, type V1Deployment, type V1Pod } from '@kubernetes/client-node';
import { pause, until } from '../waiting.ts';
import type { CrowdCluster } from './crowd-cluster.ts';

const AS_MERGE = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const DIP_MS = 1_500;
const WHOLE_MS = 120_000;

export interface Life {
  /** Rollouts, scalings, restarts, deaths and dips. */
  readonly events: number;
  /** The longest time for which this bench has kept a pod not Ready. */
  readonly longestDipMs: number;
}

/** What happens to a healthy namespace all the time; waits until all of it is as it was. Nodes renew their Leases by themselves. */
export async function ordinaryLife(cluster: CrowdCluster, namespace: string): Promise<Life> {
  const deployments = (await cluster.apps.listNamespacedDeployment({ namespace })).items;
  const [rolled, scaled, restarted, died, dipped] = deployments;
  if (rolled === undefined || scaled === undefined) throw new Error(`${namespace} has too few Deployments`);
  const dips = await Promise.all([
    roll(cluster, rolled),
    scaleUpAndDown(cluster, scaled),
    restart(cluster, await podOf(cluster, restarted), 1),
    loseOne(cluster, await podOf(cluster, died)),
    restart(cluster, await podOf(cluster, dipped), 2),
  ]);
  await until(`${namespace} to be whole again`, WHOLE_MS, () => isWhole(cluster, namespace));
  return { events: dips.length + 1, longestDipMs: Math.max(...dips) };
}

async function roll(cluster: CrowdCluster, deployment: V1Deployment): Promise<number> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
  await patch(cluster, deployment, { template: { metadata: { annotations } } });
  return 0;
}

async function scaleUpAndDown(cluster: CrowdCluster, deployment: V1Deployment): Promise<number> {
  const replicas = deployment.spec?.replicas ?? 1;
  await patch(cluster, deployment, { replicas: replicas + 3 });
  await pause(DIP_MS);
  await patch(cluster, deployment, { replicas });
  return 0;
}

/** A container ends and runs again after a short back-off, below what counts as a loop. */
async function restart(cluster: CrowdCluster, pod: V1Pod, restartCount: number): Promise<number> {
  const startedMs = performance.now();
  await cluster.makeCrashing(pod, restartCount);
  await pause(DIP_MS);
  const state = { running: { startedAt: new Date().toISOString() }, waiting: null };
  await cluster.setStatus(pod, true, { restartCount, state });
  return performance.now() - startedMs;
}

async function loseOne(cluster: CrowdCluster, { metadata }: V1Pod): Promise<number> {
  const { name = '', namespace = '' } = metadata ?? {};
  await cluster.core.deleteNamespacedPod({ name, namespace });
  return 0;
}

async function podOf(cluster: CrowdCluster, deployment: V1Deployment | undefined): Promise<V1Pod> {
  const { name = '', namespace = '' } = deployment?.metadata ?? {};
  const pods = await cluster.core.listNamespacedPod({ namespace, labelSelector: `app=${name}` });
  const pod = pods.items.find(({ metadata }) => metadata?.deletionTimestamp === undefined);
  if (pod === undefined) throw new Error(`${namespace}/${name} has no pod`);
  return pod;
}

async function patch(cluster: CrowdCluster, { metadata }: V1Deployment, spec: object): Promise<void> {
  const { name = '', namespace = '' } = metadata ?? {};
  await cluster.apps.patchNamespacedDeployment({ name, namespace, body: { spec } }, AS_MERGE);
}

async function isWhole(cluster: CrowdCluster, namespace: string): Promise<boolean> {
  const { items } = await cluster.apps.listNamespacedDeployment({ namespace });
  return items.every(({ metadata, spec, status }) => {
    const wanted = spec?.replicas ?? 0;
    const { observedGeneration, replicas, updatedReplicas, readyReplicas } = status ?? {};
    const counts = [replicas, updatedReplicas, readyReplicas];
    return observedGeneration === metadata?.generation && counts.every((count) => count === wanted);
  });
}
