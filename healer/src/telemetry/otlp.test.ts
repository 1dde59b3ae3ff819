import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW_MS } from '../../test/fakes/samples.ts';
import { attributesOf, TraceReceiver } from '../../test/fakes/trace-receiver.ts';
import type { HealerRecord } from '../names.ts';
import { otlpTraces } from './otlp.ts';

const record: HealerRecord = {
  incident: 'i1',
  stage: 'acted',
  policy: 'shop/shop-back',
  condition: 'SLOViolation',
  target: { kind: 'Pod', namespace: 'shop', name: 'a', uid: 'uid-a' },
  action: 'EvictPod',
  reason: 'sick',
  detectedAtMs: NOW_MS,
  decidedAtMs: NOW_MS + 10,
  actedAtMs: NOW_MS + 30,
  recordedAtMs: NOW_MS + 31,
};

describe('traces', () => {
  let receiver: TraceReceiver;

  beforeEach(async () => {
    receiver = new TraceReceiver();
    await receiver.start();
  });
  afterEach(() => receiver.stop());

  it('have one span for each record, in one trace for each incident, with its id', async () => {
    const traces = otlpTraces('healer-0');
    traces.record({ ...record, stage: 'detected' }, NOW_MS - 2_000);
    traces.record(record, NOW_MS - 2_000);
    traces.record({ ...record, incident: 'i2' }, NOW_MS);
    await traces.stop();
    expect(receiver.spans.map(({ name }) => name)).toEqual(['healer detected', 'healer acted', 'healer acted']);
    const [detected, acted, another] = receiver.spans;
    expect(acted?.traceId).toBe(detected?.traceId);
    expect(another?.traceId).not.toBe(acted?.traceId);
    expect(detected?.startTimeUnixNano).toBe(`${NOW_MS - 2_000}000000`);
    expect([acted?.startTimeUnixNano, acted?.endTimeUnixNano]).toEqual([
      `${NOW_MS + 10}000000`,
      `${NOW_MS + 31}000000`,
    ]);
  });

  it.each<[HealerRecord['target'], object]>([
    [record.target, { 'k8s.pod.name': 'a', 'k8s.pod.uid': 'uid-a' }],
    [
      { kind: 'HelmRelease', namespace: 'shop', name: 'web', uid: 'release shop/web' },
      { 'healer.release.name': 'web' },
    ],
  ])('name a target of each kind as what it is: %o', async (target, name) => {
    const traces = otlpTraces('healer-0');
    traces.record({ ...record, target }, NOW_MS);
    await traces.stop();
    expect(receiver.spans.map(attributesOf)).toEqual([
      {
        'healer.incident': 'i1',
        'healer.stage': 'acted',
        'healer.policy': 'shop/shop-back',
        'healer.condition': 'SLOViolation',
        'healer.reason': 'sick',
        'healer.action': 'EvictPod',
        'k8s.namespace.name': 'shop',
        ...name,
      },
    ]);
  });
});
