import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HealerRecord } from '../names.ts';
import { NOW_MS } from '../testing/samples.ts';
import { otlpTraces } from './otlp.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

const record: HealerRecord = {
  incident: 'i1',
  stage: 'acted',
  policy: 'shop/shop-back',
  condition: 'SloSick',
  target: { kind: 'Pod', namespace: 'shop', name: 'a', uid: 'uid-a' },
  action: 'EvictPod',
  reason: 'sick',
  detectedAtMs: NOW_MS,
  decidedAtMs: NOW_MS + 10,
  actedAtMs: NOW_MS + 30,
  recordedAtMs: NOW_MS + 31,
};

describe('traces', () => {
  let spans: Span[];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      spans.push(
        ...body.resourceSpans
          .flatMap((each: { scopeSpans: { spans: Span[] }[] }) => each.scopeSpans)
          .flatMap((each: { spans: Span[] }) => each.spans),
      );
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  beforeEach(async () => {
    spans = [];
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    server.closeAllConnections();
    server.close();
  });

  it('have one span for each record, in one trace for each incident, with its id', async () => {
    const traces = otlpTraces('healer-0');
    traces.record({ ...record, stage: 'detected' }, NOW_MS - 2_000);
    traces.record(record, NOW_MS - 2_000);
    traces.record({ ...record, incident: 'i2' }, NOW_MS);
    await traces.stop();
    expect(spans.map(({ name }) => name)).toEqual(['healer detected', 'healer acted', 'healer acted']);
    const [detected, acted, another] = spans;
    expect(acted?.traceId).toBe(detected?.traceId);
    expect(another?.traceId).not.toBe(acted?.traceId);
    expect(detected?.startTimeUnixNano).toBe(`${NOW_MS - 2_000}000000`);
    expect([acted?.startTimeUnixNano, acted?.endTimeUnixNano]).toEqual([
      `${NOW_MS + 10}000000`,
      `${NOW_MS + 31}000000`,
    ]);
    const said = Object.fromEntries((acted?.attributes ?? []).map(({ key, value }) => [key, value.stringValue]));
    expect(said).toMatchObject({ 'healer.incident': 'i1', 'healer.action': 'EvictPod', 'k8s.pod.name': 'a' });
  });
});
