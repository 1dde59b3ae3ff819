import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { MetricsError, prometheusAt, readVector } from './prometheus.ts';

const vector = (...result: unknown[]): string =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });

describe('readVector', () => {
  it('reads labels, value and time', () => {
    expect(readVector(vector({ metric: { replica: 'a' }, value: [1.5, '0.25'] }))).toEqual([
      { labels: { replica: 'a' }, value: 0.25, evaluatedAtMs: 1_500 },
    ]);
  });

  it.each([
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
  ])('keeps %s as it is', (text, value) => {
    expect(readVector(vector({ metric: {}, value: [1, text] }))[0]?.value).toBe(value);
  });

  it.each([
    ['no JSON', 'upstream went away'],
    ['another shape', '{"status":"success","data":{"resultType":"vector","result":[1]}}'],
    ['an error', '{"status":"error","errorType":"bad_data","error":"parse error"}'],
    ['a scalar', '{"status":"success","data":{"resultType":"scalar","result":[]}}'],
    ['a matrix', '{"status":"success","data":{"resultType":"matrix","result":[]}}'],
  ])('refuses %s', (_title, text) => {
    expect(() => readVector(text)).toThrow(MetricsError);
  });
});

describe('prometheusAt', () => {
  let server: Server | undefined;
  afterEach(() => server?.closeAllConnections());
  afterEach(() => server?.close());

  async function listen(answer: RequestListener): Promise<string> {
    const started = createServer(answer);
    server = started;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}/prefix`;
  }

  it('posts the query to the API below the given address', async () => {
    const asked: string[] = [];
    const url = await listen((request, response) => {
      request.on('data', (chunk) => asked.push(`${request.method} ${request.url} ${chunk}`));
      request.on('end', () => response.end(vector()));
    });
    expect(await prometheusAt(url, 1_000)('a{b="c"}')).toEqual([]);
    expect(asked[0]).toMatch(/^POST \/prefix\/api\/v1\/query query=a%7Bb%3D%22c%22%7D/);
  });

  it('says which status came from something that is not Prometheus', async () => {
    const url = await listen((_request, response) => response.writeHead(502).end('bad gateway'));
    await expect(prometheusAt(url, 1_000)('up')).rejects.toThrow('Prometheus answered HTTP 502');
  });

  it('does not wait longer than it was told', async () => {
    const url = await listen(() => undefined);
    await expect(prometheusAt(url, 50)('up')).rejects.toThrow(/did not answer/);
  });

  it('says when nobody is there', async () => {
    await expect(prometheusAt('http://127.0.0.1:1', 1_000)('up')).rejects.toBeInstanceOf(MetricsError);
  });
});
