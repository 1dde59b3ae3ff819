import type { Cluster, KubeConfig } from '@kubernetes/client-node';

const KEPT = 4;

interface DispatcherMaker {
  createDispatcher(cluster: Cluster | null, tls: object): unknown;
}

/**
 * Makes a KubeConfig reuse its connection pool. The library builds a new one for every request, which costs a TLS
 * handshake each and leaves the sockets open. A few pools are kept, so that a rotated CA or client certificate gets a new one.
 */
export function poolConnections(kubeConfig: KubeConfig): void {
  const maker = kubeConfig as unknown as DispatcherMaker;
  const create = maker.createDispatcher.bind(kubeConfig);
  const pools = new Map<string, unknown>();
  maker.createDispatcher = (cluster, tls) => {
    const key = JSON.stringify([cluster?.server, cluster?.proxyUrl, cluster?.skipTLSVerify, tls]);
    const known = pools.get(key);
    if (known !== undefined) return known;
    const made = create(cluster, tls);
    pools.set(key, made);
    const oldest = pools.size > KEPT ? pools.keys().next().value : undefined;
    if (oldest !== undefined) pools.delete(oldest);
    return made;
  };
}
