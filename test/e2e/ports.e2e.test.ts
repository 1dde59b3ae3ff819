import { PrometheusSource } from '../../src/adapters/prometheus/prometheus-source.ts';
import { kubeContract } from '../contract/kube.contract.ts';
import { metricsContract } from '../contract/metrics-source.contract.ts';
import { openLab } from './lab.ts';

// The suites that the fakes pass in test/contract/fakes.test.ts, on the real cluster.
const NAMESPACE = 'healproof-contract';

kubeContract('the real cluster', async () => {
  const { kube } = openLab();
  const ref = { apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE };
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  return { kube, namespace: NAMESPACE, [Symbol.asyncDispose]: () => kube.remove(ref) };
});

metricsContract('the real Prometheus', async () => {
  const { metrics, clock } = openLab();
  return {
    metrics,
    // The discard port: nobody listens there.
    gone: new PrometheusSource('http://127.0.0.1:9'),
    oneSeries: 'up{job="janitor"}',
    manySeries: 'up{namespace="chaos-mesh"}',
    atMs: Math.floor(clock.now() / 1_000) * 1_000 - 5_000,
    [Symbol.asyncDispose]: async () => undefined,
  };
});
