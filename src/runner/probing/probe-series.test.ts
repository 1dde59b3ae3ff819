import { describe, expect, it } from 'vitest';
import { FakeMetrics } from '../../../test/fakes/fake-metrics.ts';
import { fakePorts } from '../../../test/fakes/runner-ports.ts';
import type { Probe } from '../../scenario/model/scenario.ts';
import { LiveSampler } from './live-sampler.ts';
import { collectSeries, trueIntervalMs } from './probe-series.ts';

/** Only probes that are sampled ask the sampler. */
const sampler = new LiveSampler(fakePorts());
const series = (...timesMs: number[]) => ({ labels: {}, points: timesMs.map((atMs) => ({ atMs, value: 1 })) });

describe('how often a series gets a new point', () => {
  it.each([
    ['is what the target says, though single scrapes come late', 1_000, [series(0, 1_010, 2_300, 3_000)], 1_000],
    ['is what its points say where these are further apart', 1_000, [series(0, 10_000, 20_001)], 10_000],
    ['is that of the slowest series', 1_000, [series(0, 1_000, 2_000), series(0, 15_000)], 15_000],
    ['is not told by a single point', 1_000, [series(0)], 1_000],
    ['is what the target says where there is no point', 15_000, [], 15_000],
  ])('%s', (_case, configuredMs, all, expected) => {
    const intervalMs = trueIntervalMs(configuredMs, all);
    expect(Math.round(intervalMs / 100) * 100).toBe(expected);
  });

  it('does not count for more than how often the exporter itself looks', async () => {
    const query = 'sum(container_memory_working_set_bytes{namespace="shop"})';
    const probe: Probe = { name: 'm', query, tolerance: { kind: 'compare', operator: '>', value: 0 }, forMs: 0 };
    const { series } = await collectSeries({ metrics: new FakeMetrics(), sampler }, probe, [], 60_000, 61_000);
    expect(series.resolutionMs).toBe(11_000);
  });

  it('decides how late a change may show in a probe', async () => {
    const probe: Probe = {
      name: 'slow',
      query: 'up',
      tolerance: { kind: 'compare', operator: '==', value: 1 },
      forMs: 0,
    };
    const target = { job: 'kubelet', up: true, lastScrapeAtMs: 0, labels: {} };
    const labels = { job: 'kubelet' };
    const metrics = new FakeMetrics()
      .answer('up', [1])
      .points('up', [{ labels, points: [{ atMs: 60_000, value: 1 }] }]);
    const resolutionAt = async (scrapeIntervalMs: number): Promise<number> =>
      (await collectSeries({ metrics, sampler }, probe, [{ ...target, scrapeIntervalMs }], 60_000, 61_000)).series
        .resolutionMs;
    expect((await resolutionAt(15_000)) - (await resolutionAt(1_000))).toBe(14_000);
  });
});
