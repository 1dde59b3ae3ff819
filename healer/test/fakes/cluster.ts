import { ClusterCache } from '../../src/cluster/cluster-cache.ts';
import type { PodView } from '../../src/cluster/pod.ts';
import type { WatchedObject, WatchSource } from '../../src/kube/reflector.ts';
import type { ManualClock } from './manual-clock.ts';
import { node, pod, workload } from './samples.ts';

const silent = <K extends WatchedObject>(): WatchSource<K> => ({
  list: () => new Promise(() => undefined),
  watch: () => new Promise(() => undefined),
});

/** A cluster cache that a test fills by hand: Deployment `shop-back` with three replicas, namespace `shop`, and the given pods. */
export function clusterOf(clock: ManualClock, pods: readonly PodView[] = [pod()]): ClusterCache {
  const sources = {
    pods: silent(),
    replicaSets: silent(),
    deployments: silent(),
    statefulSets: silent(),
    daemonSets: silent(),
    namespaces: silent(),
    nodes: silent(),
    policies: silent(),
    clusterPolicies: silent(),
    remediations: silent(),
  };
  const cluster = new ClusterCache(sources, { clock, timeoutSeconds: 10, log: { warn: () => undefined } });
  const deployment = { kind: 'Deployment', name: 'shop-back', uid: 'deployment-1' };
  cluster.namespaces.set('shop', { optedOut: false, pausedUntilMs: undefined });
  cluster.nodes.set('worker', node());
  cluster.replicaSets.set('shop/shop-back-1', { uid: 'rs-1', namespace: 'shop', deployment, revision: 1 });
  cluster.deployments.set('shop/shop-back', {
    uid: 'deployment-1',
    facts: workload(),
  });
  for (const each of pods) cluster.pods.set(each.key, each);
  return cluster;
}
