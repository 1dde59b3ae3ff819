import { expect, it } from 'vitest';
import { loadConfig } from '../config/config.ts';
import type { LabInfo } from '../ports/lab.ts';
import { accessOf, withOwnCluster } from './cluster-access.ts';

it('a cluster of its own is judged by its own Prometheus, whatever else is configured', async () => {
  const { config } = await loadConfig(
    {
      'cluster.context': 'staging',
      'cluster.allowContext': 'staging',
      'cluster.namespaces': 'shop',
      'prometheus.service': 'monitoring/prometheus:9090',
    },
    {},
  );
  const own = withOwnCluster(config, 'healproof-r1', null);
  expect(own.cluster).toMatchObject({ name: 'healproof-r1', configPath: null, context: null, allowContext: null });
  const info = { kubeconfigPath: '/own', prometheusUrl: 'http://own', nodes: [], images: [], dockerHost: null };
  expect(accessOf(info as unknown as LabInfo, own)).toMatchObject({
    kubeconfigPath: '/own',
    prometheusUrl: 'http://own',
    prometheus: { service: null, bearerTokenFile: null },
  });
});
