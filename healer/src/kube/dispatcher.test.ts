import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { poolConnections } from './dispatcher.ts';

interface Maker {
  createDispatcher(cluster: unknown, tls: object): unknown;
}

const cluster = { name: 'c', server: 'https://127.0.0.1:1', skipTLSVerify: false };

function makerFor(pooled: boolean): Maker {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, { name: 'u' });
  if (pooled) poolConnections(config);
  return config as unknown as Maker;
}

describe('connections to the API server', () => {
  it('are pooled for all requests of one identity; the library by itself makes a pool for each', () => {
    const alone = makerFor(false);
    expect(alone.createDispatcher(cluster, { ca: 'A' })).not.toBe(alone.createDispatcher(cluster, { ca: 'A' }));
    const pooled = makerFor(true);
    const first = pooled.createDispatcher(cluster, { ca: 'A' });
    expect(first).toBeDefined();
    expect(pooled.createDispatcher(cluster, { ca: 'A' })).toBe(first);
  });

  it('get a new pool with a new certificate, and old pools are not kept for ever', () => {
    const pooled = makerFor(true);
    const first = pooled.createDispatcher(cluster, { ca: 'A' });
    for (const ca of ['B', 'C', 'D', 'E']) expect(pooled.createDispatcher(cluster, { ca })).not.toBe(first);
    expect(pooled.createDispatcher(cluster, { ca: 'A' })).not.toBe(first);
  });
});
