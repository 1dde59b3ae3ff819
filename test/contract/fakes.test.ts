import { systemClock } from '../../src/adapters/system-clock/system-clock.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { FakeKube } from '../fakes/fake-kube.ts';
import { FakeMetrics } from '../fakes/fake-metrics.ts';
import { clockContract } from './clock.contract.ts';
import { kubeContract } from './kube.contract.ts';
import { metricsContract } from './metrics-source.contract.ts';

// The same suites run against the real cluster in test/e2e/ports.e2e.test.ts: what a fake does, the real thing does.
const nothingToClose = async (): Promise<void> => undefined;

kubeContract('the fake cluster', async () => ({
  kube: new FakeKube(),
  namespace: 'contract',
  [Symbol.asyncDispose]: nothingToClose,
}));

metricsContract('the fake Prometheus', async () => {
  const atMs = 1_700_000_000_000;
  const isThen = (timeMs: number): boolean => timeMs > atMs - 10_000;
  const pointsOf = (instance: string) => ({
    labels: { instance },
    points: [4, 3, 2, 1, 0].map((seconds) => ({ atMs: atMs - seconds * 1_000, value: 1 })),
  });
  const metrics = new FakeMetrics()
    .answer('vector(3)', [3])
    .answer('vector(0)', [0])
    .answer('vector(1)', [1])
    .answer('vector(0) / 0', [Number.NaN])
    .answer('vector(1) / 0', [Number.POSITIVE_INFINITY])
    .answer('vector(-1) / 0', [Number.NEGATIVE_INFINITY])
    .answer('sum(', null)
    .answer('up', () => [1, 1])
    .answer('up{job="one"}', (timeMs) => (isThen(timeMs) ? [1] : []))
    .points('up', [pointsOf('a'), pointsOf('b')]);
  metrics.scrapeTargets = [{ job: 'one', up: true, lastScrapeAtMs: atMs, scrapeIntervalMs: 1_000, labels: {} }];
  const gone = new FakeMetrics();
  gone.isGone = true;
  return { metrics, gone, oneSeries: 'up{job="one"}', manySeries: 'up', atMs, [Symbol.asyncDispose]: nothingToClose };
});

clockContract('the fake clock', () => new FakeClock());
clockContract('the clock of this machine', () => systemClock);
