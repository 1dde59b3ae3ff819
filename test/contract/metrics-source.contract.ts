import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import type { MetricsSource } from '../../src/ports/metrics-source.ts';

export interface OpenMetrics extends AsyncDisposable {
  readonly metrics: MetricsSource;
  /** One where nobody answers. */
  readonly gone: MetricsSource;
  /** A selector of exactly one series that is scraped every second and is 1. */
  readonly oneSeries: string;
  /** A selector of several series. */
  readonly manySeries: string;
  /** A whole second for which both have points, also in the ten seconds before, epoch ms. */
  readonly atMs: number;
}

/** What every `MetricsSource` must do: above all, never turn silence into a value. */
export function metricsContract(name: string, open: () => Promise<OpenMetrics>): void {
  describe(`${name}, as a source of metrics,`, () => {
    let opened: OpenMetrics;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened[Symbol.asyncDispose]());

    it.each([
      ['one finite number is a value', 'vector(3)', 3, null],
      ['zero is a value', 'vector(0)', 0, null],
      ['no series is no data', 'healproof_contract_no_such_metric', null, 'NO_DATA'],
      ['NaN is not a number', 'vector(0) / 0', null, 'NOT_A_NUMBER'],
      ['infinity is not a number', 'vector(1) / 0', null, 'NOT_A_NUMBER'],
      ['minus infinity is not a number', 'vector(-1) / 0', null, 'NOT_A_NUMBER'],
      ['what cannot be parsed is a failed query', 'sum(', null, 'QUERY_FAILED'],
    ])('%s', async (_case, query, value, problem) => {
      const { metrics, atMs } = opened;
      expect(await metrics.sample(query, atMs)).toMatchObject({ atMs, value, problem });
      const range = await metrics.range(query, atMs - 2_000, atMs, 1_000);
      expect(range.map((sample) => sample.atMs)).toEqual([atMs - 2_000, atMs - 1_000, atMs]);
      for (const sample of range) expect(sample).toMatchObject({ value, problem });
    });

    it('several series where one was meant are ambiguous', async () => {
      const { metrics, manySeries, atMs } = opened;
      expect(await metrics.sample(manySeries, atMs)).toMatchObject({ value: null, problem: 'AMBIGUOUS' });
    });

    it('reads a real series', async () => {
      const { metrics, oneSeries, atMs } = opened;
      expect(await metrics.sample(oneSeries, atMs)).toMatchObject({ value: 1, problem: null });
    });

    it('has no samples for the time before there was anything', async () => {
      const { metrics, oneSeries } = opened;
      expect(await metrics.sample(oneSeries, 1_000_000_000_000)).toMatchObject({ value: null, problem: 'NO_DATA' });
    });

    it('asks for whole steps only', async () => {
      const { metrics, atMs } = opened;
      const samples = await metrics.range('vector(1)', atMs - 1_500, atMs + 400, 1_000);
      expect(samples.map((sample) => sample.atMs)).toEqual([atMs - 1_000, atMs]);
      expect(await metrics.range('vector(1)', atMs + 100, atMs + 400, 1_000)).toEqual([]);
    });

    it('gives the raw points of each series, oldest first, within the time asked for', async () => {
      const { metrics, manySeries, atMs } = opened;
      const series = await metrics.raw(manySeries, atMs - 5_000, atMs);
      expect(series.length).toBeGreaterThan(1);
      for (const { points } of series) {
        const times = points.map((point) => point.atMs);
        expect(times.every((timeMs) => timeMs > atMs - 5_000 && timeMs <= atMs)).toBe(true);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }
    });

    it('names its scrape targets and how often each is scraped', async () => {
      const targets = await opened.metrics.targets();
      expect(targets.length).toBeGreaterThan(0);
      for (const target of targets) expect(target.scrapeIntervalMs).toBeGreaterThan(0);
    });

    it('that does not answer gives problems for probes, and errors for what is not a probe', async () => {
      const { gone, atMs } = opened;
      expect(await gone.sample('vector(1)', atMs)).toMatchObject({ value: null, problem: 'QUERY_FAILED' });
      const range = await gone.range('vector(1)', atMs - 1_000, atMs, 1_000);
      expect(range.map((sample) => sample.problem)).toEqual(['QUERY_FAILED', 'QUERY_FAILED']);
      await expect(gone.raw('up', atMs - 1_000, atMs)).rejects.toThrow(MetricsError);
      await expect(gone.targets()).rejects.toThrow(MetricsError);
    });

    it('gives up with the reason when aborted', async () => {
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(opened.metrics.sample('vector(1)', opened.atMs, signal)).rejects.toThrow('enough');
    });
  });
}
