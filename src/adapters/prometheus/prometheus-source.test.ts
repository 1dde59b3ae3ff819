import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MetricsError } from '../../errors.ts';
import { PrometheusSource } from './prometheus-source.ts';

const AT_MS = 1_700_000_000_123;
const AT_S = AT_MS / 1000;
const asked: { readonly path: string; readonly form: Record<string, string> }[] = [];
let answer: { readonly status: number; readonly text: string };
let server: Server;
let source: PrometheusSource;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ path: request.url ?? '', form: Object.fromEntries(new URLSearchParams(body)) });
    response.writeHead(answer.status).end(answer.text);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  source = new PrometheusSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function data(resultType: string, result: unknown): typeof answer {
  return { status: 200, text: JSON.stringify({ status: 'success', data: { resultType, result } }) };
}
const vector = (...values: readonly string[]) =>
  data(
    'vector',
    values.map((value, index) => ({ metric: { __name__: 'x', pod: `${index}` }, value: [AT_S, value] })),
  );

describe('a sample', () => {
  it.each([
    ['of one number is its value', vector('0.5'), { value: 0.5, problem: null }],
    ['of a scalar is its value', data('scalar', [AT_S, '3']), { value: 3, problem: null }],
    ['of no series is no data', vector(), { value: null, problem: 'NO_DATA' }],
    ['of two series is ambiguous', vector('1', '1'), { value: null, problem: 'AMBIGUOUS' }],
    ['that is not a number is none', vector('NaN'), { value: null, problem: 'NOT_A_NUMBER' }],
    [
      'that is infinite is none',
      vector('+Inf'),
      { value: null, problem: 'NOT_A_NUMBER', detail: 'the value is Infinity' },
    ],
    ['of a text is a failed query', data('string', [AT_S, '3']), { value: null, problem: 'QUERY_FAILED' }],
    [
      'of series over a time is a failed query, also where there is one point',
      data('matrix', [{ metric: {}, values: [[AT_S, '1']] }]),
      { value: null, problem: 'QUERY_FAILED', detail: expect.stringContaining('a matrix') },
    ],
    [
      'that is refused says why',
      { status: 400, text: '{"status":"error","errorType":"bad_data","error":"no"}' },
      { value: null, problem: 'QUERY_FAILED', detail: expect.stringMatching(/^Prometheus at http.*: bad_data: no$/) },
    ],
    [
      'from something else is a failed query',
      { status: 502, text: '<h1>Bad gateway</h1>' },
      { value: null, problem: 'QUERY_FAILED', detail: expect.stringContaining('it answers 502: <h1>') },
    ],
    ['of nothing at all is a failed query', { status: 200, text: 'null' }, { value: null, problem: 'QUERY_FAILED' }],
    [
      'with an empty answer is a failed query',
      { status: 200, text: '{"status":"success"}' },
      { problem: 'QUERY_FAILED' },
    ],
  ])('%s', async (_what, given, expected) => {
    answer = given;
    expect(await source.sample('up', AT_MS)).toMatchObject({ atMs: AT_MS, ...expected });
  });

  it('is asked for by POST, at its time', async () => {
    answer = vector('1');
    await source.sample('sum(up) > "ü"', AT_MS);
    expect(asked.at(-1)).toEqual({ path: '/api/v1/query', form: { query: 'sum(up) > "ü"', time: '1700000000.123' } });
  });
});

describe('series over a time', () => {
  it('are asked for in whole steps, and what is missing in them is no data', async () => {
    answer = data('matrix', [
      {
        metric: {},
        values: [
          [1_700_000_001, '1'],
          [1_700_000_003, '2'],
        ],
      },
    ]);
    const samples = await source.range('up', AT_MS, AT_MS + 3_000, 1_000);
    expect(samples.map(({ value }) => value)).toEqual([1, null, 2]);
    const form = { query: 'up', start: '1700000001', end: '1700000003', step: '1' };
    expect(asked.at(-1)).toEqual({ path: '/api/v1/query_range', form });
  });

  it('keep the millisecond of each of their points, and lose the name that the selector has anyway', async () => {
    answer = data('matrix', [{ metric: { __name__: 'up', job: 'a' }, values: [[1_700_000_000.057, '1']] }]);
    const points = [{ atMs: 1_700_000_000_057, value: 1 }];
    expect(await source.raw('up', AT_MS - 1_500, AT_MS)).toEqual([{ labels: { job: 'a' }, points }]);
    expect(asked.at(-1)?.form.query).toBe('up[2s]');
  });

  it('are an error where they are none', async () => {
    answer = vector('1');
    await expect(source.raw('up', AT_MS - 1_000, AT_MS)).rejects.toThrow(MetricsError);
  });
});

it('targets are told with their intervals, and the version as it is', async () => {
  const labels = { job: 'janitor' };
  const target = { labels, health: 'up', lastScrape: '2026-11-20T12:00:00.5Z', scrapeInterval: '1m30s' };
  answer = { status: 200, text: JSON.stringify({ status: 'success', data: { activeTargets: [target] } }) };
  const lastScrapeAtMs = Date.UTC(2026, 10, 20, 12) + 500;
  const told = { job: 'janitor', up: true, lastScrapeAtMs, scrapeIntervalMs: 90_000, labels };
  expect(await source.targets()).toEqual([told]);
  expect(asked.at(-1)?.path).toBe('/api/v1/targets?state=active');
  answer = { status: 200, text: '{"status":"success","data":{"version":"3.7.3"}}' };
  expect(await source.version()).toBe('3.7.3');
});
