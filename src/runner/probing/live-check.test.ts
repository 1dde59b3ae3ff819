import { describe, expect, it } from 'vitest';
import { analysePromql } from '../../../test/fixtures/analyse-promql.ts';
import { POD_KILL, scenarioOf } from '../../../test/fixtures/evidence-builder.ts';
import { MetricsError } from '../../errors.ts';
import type { Sample } from '../../experiment/evidence/evidence.ts';
import type { MetricsSource, ScrapeTarget } from '../../ports/metrics-source.ts';
import type { Fault, SingleFault } from '../../scenario/model/fault.ts';
import { liveFindings, queriesOf, witnessQueriesOf } from './live-check.ts';

const NOW = 1_700_000_000_000;
const target = (changes: Partial<ScrapeTarget> = {}): ScrapeTarget => ({
  job: 'shop',
  up: true,
  lastScrapeAtMs: NOW,
  scrapeIntervalMs: 1_000,
  labels: {},
  ...changes,
});

/** A Prometheus whose selectors were scraped so many ms ago. */
function server(
  agesMs: Readonly<Record<string, readonly number[]>>,
  sample: Partial<Sample> = {},
  targets = [target()],
): MetricsSource {
  return {
    sample: async (_query, atMs) => ({ atMs, value: 1, problem: null, ...sample }),
    range: async () => [],
    raw: async (selector) => {
      const ages = agesMs[selector] ?? [];
      const points = ages.toReversed().map((ageMs) => ({ atMs: NOW - ageMs, value: 1 }));
      return points.length === 0 ? [] : [{ labels: { job: 'shop' }, points }];
    },
    targets: async () => targets,
    version: async () => '3',
  };
}

async function found(metrics: MetricsSource, query = 'sum(rate(ok[5s])) / sum(rate(total[5s]))') {
  const findings = await liveFindings(
    { metrics, analysePromql },
    [{ name: 'answers', query }],
    NOW,
    new AbortController().signal,
  );
  return findings.map(({ problem, message }) => `${problem}: ${message}`);
}

const fresh = [0, 1_000, 2_000];

describe('liveFindings', () => {
  it('finds nothing where every selector is scraped and the answer is one sample', async () => {
    expect(await found(server({ ok: fresh, total: fresh }))).toEqual([]);
  });

  it('names the selector behind which there is nothing', async () => {
    expect(await found(server({ total: fresh }, { value: null, problem: 'NO_DATA' }))).toEqual([
      'NO_DATA: there is no series ok: nothing of that name with these labels was scraped in the last 120 s',
    ]);
  });

  it('lets a series be as slow as it always was, like that of a recording rule', async () => {
    expect(await found(server({ ok: fresh, total: [25_000, 55_000, 85_000] }))).toEqual([]);
    expect((await found(server({ ok: fresh, total: [95_000, 105_000, 115_000] }))).join()).toMatch(/does not move/);
  });

  it('names the selector that does not move, however good the answer looks', async () => {
    const down = server({ ok: fresh, total: [9_000, 10_000] }, {}, [target({ up: false }), target()]);
    expect(await found(down)).toEqual([
      'STALE_DATA: total does not move: its newest point is 9.0 s old, it is scraped every 1 s, and 1 of its 2 targets is down',
    ]);
    expect(await found(server({ ok: fresh, total: [500] }))).toEqual([
      'STALE_DATA: total was scraped once so far, so nobody knows whether it moves',
    ]);
  });

  it('knows how often a job is scraped', async () => {
    const slow = [target({ scrapeIntervalMs: 15_000 })];
    expect(await found(server({ ok: [14_000, 29_000], total: fresh }, {}, slow))).toEqual([]);
  });

  it('says when the answer is not one sample', async () => {
    const two = server({ ok: fresh }, { value: null, problem: 'AMBIGUOUS', detail: 'the query returned 2 samples' });
    expect(await found(two, 'ok')).toEqual(['AMBIGUOUS: the query returned 2 samples']);
  });

  it('finds everything doubtful when the server does not answer', async () => {
    const silent = { ...server({}), targets: () => Promise.reject(new MetricsError('connection refused')) };
    expect(await found(silent)).toEqual(['QUERY_FAILED: connection refused']);
  });
});

it('every expression of a scenario is known: probes, guards, witnesses of all its faults', () => {
  const witness = (query: string) => ({ query, tolerance: { kind: 'compare', operator: '>', value: 0 } as const });
  const kill = { ...POD_KILL, witness: witness('first') } as SingleFault;
  const fault: Fault = {
    type: 'sequence',
    steps: [
      { afterMs: 0, fault: kill },
      { afterMs: 5_000, fault: { ...kill, witness: witness('second') } },
    ],
  };
  const guard = { query: 'up', condition: { kind: 'compare', operator: '<', value: 1 } as const, forMs: 0 };
  const scenario = { ...scenarioOf({ fault }), abortWhen: [guard] };
  expect(queriesOf(scenario).map(({ query }) => query)).toEqual(['shop:error_ratio', 'up']);
  expect(witnessQueriesOf(scenario).map(({ query }) => query)).toEqual(['first', 'second']);
});
