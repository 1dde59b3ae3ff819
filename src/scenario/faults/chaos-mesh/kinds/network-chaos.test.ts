import { describe, expect, it } from 'vitest';
import { BACK, ONE, said } from '../../../../../test/fixtures/chaos-manifest.ts';

const FRONT = 'target: { mode: all, selector: { namespaces: [shop], labelSelectors: { app: front } } }';
const OWN = { witness: false };

describe('NetworkChaos', () => {
  it.each([
    `action: delay, delay: { latency: 90ms, jitter: 10ms, correlation: "20" }, ${ONE}`,
    `action: delay, delay: { latency: 0.5s, correlation: "", reorder: { reorder: "5", gap: 3 } }, ${ONE}`,
    `action: delay, delay: { latency: 90ms }, direction: both, ${FRONT}, ${ONE}`,
    `action: loss, loss: { loss: "12.5", correlation: "0" }, ${ONE}`,
    `action: loss, loss: { loss: "1e1" }, ${ONE}`,
    `action: netem, delay: { latency: 90ms }, loss: { loss: "5" }, rate: { rate: 10mbit }, ${ONE}`,
    `action: netem, delay: { latency: 90ms }, loss: { loss: "0" }, ${ONE}`,
    `action: bandwidth, bandwidth: { rate: 512 KBPS, limit: 1000, buffer: 1000 }, ${ONE}`,
    `action: delay, delay: { latency: 90ms }, externalTargets: ["2001:db8::1", "[2001:db8::1]:443", "192.0.2.0/28", "192.0.2.9:80", db.example.com], ${ONE}`,
    `action: partition, ${FRONT}, ${ONE}`,
  ])('takes %s', (spec) => {
    expect(said('NetworkChaos', spec, OWN)).toEqual([]);
  });

  it.each([
    ['action: loss, loss: { loss: "25%" }', 'spec.loss.loss: expected a percentage above 0'],
    ['action: loss, loss: { loss: "150" }', 'got "150"'],
    ['action: loss, loss: { loss: "nan" }', 'got "nan"'],
    [
      'action: loss, loss: { loss: "5", correlation: some }',
      'spec.loss.correlation: expected a percentage of 0 to 100',
    ],
    ['action: loss, loss: { loss: "0" }', 'spec.loss.loss: expected a percentage above 0'],
    ['action: duplicate, duplicate: { duplicate: "0.0" }', 'for it to do anything, got "0.0"'],
    ['action: corrupt, corrupt: { corrupt: "-4" }', 'got "-4"'],
    ['action: delay, delay: { latency: 0ms }', 'spec.delay.latency: expected a duration above 0'],
    [
      'action: delay, delay: { latency: 9ms, reorder: { reorder: half, gap: 1 } }',
      'spec.delay.reorder.reorder: expected',
    ],
    ['action: delay, delay: { latency: 9 ms }', 'spec.delay.latency: expected a text that matches'],
    ['action: delay, delay: { latancy: 9ms }', 'spec.delay.latancy: unknown field (did you mean latency?)'],
    ['action: delay, delay: 90ms', 'spec.delay: expected object, got "90ms"'],
    ['action: delay', 'spec.action: expected delay, which the action delay is about, but it is missing'],
    ['action: delay, dealy: { latency: 9ms }', 'spec.dealy: unknown field (did you mean delay?)'],
    ['action: delay, delay: ', 'spec.delay: expected object, got nothing (null)'],
    ['action: netem, loss: { loss: "0" }', 'spec.loss.loss: expected a percentage above 0'],
    ['action: netem', 'spec.action: expected at least one of delay, loss, duplicate, corrupt, rate'],
    [
      'action: loss, delay: { latency: 9ms }',
      'spec.delay: expected the section loss alone with the action loss, got delay (several at once are the action netem)',
    ],
    [
      `action: partition, loss: { loss: "5" }, ${FRONT}`,
      'spec.loss: expected no such section with the action partition, got loss',
    ],
    [
      'action: bandwidth, bandwidth: { rate: 10mb/s, limit: 9, buffer: 9 }',
      'spec.bandwidth.rate: expected a whole number',
    ],
    ['action: bandwidth, bandwidth: { rate: 0mbps, limit: 9, buffer: 9 }', 'got "0mbps"'],
    ['action: bandwidth, bandwidth: { limit: 9, buffer: 9 }', 'spec.bandwidth: expected the field rate'],
    ['action: bandwidth, bandwidth: { rate: 1mbps, limit: 0, buffer: 9 }', 'spec.bandwidth.limit: must be >= 1, got 0'],
    [
      'action: bandwidth, bandwidth: { rate: 1mbps, limit: 9, buffer: 9, peakrate: 9, minburst: 0 }',
      'spec.bandwidth.minburst: expected a number of bytes, 1 or more, got 0',
    ],
    ['action: netem, rate: { rate: fast }', 'spec.rate.rate: expected a whole number'],
    ['action: delay, delay: { latency: 9ms }, direction: both', 'spec.direction: direction both needs a target'],
    [
      `action: delay, delay: { latency: 9ms }, direction: both, ${FRONT}, externalTargets: [192.0.2.1]`,
      'spec.direction: expected the direction to, got both',
    ],
    [
      'action: delay, delay: { latency: 9ms }, externalTargets: ["https://db.example.com"]',
      'spec.externalTargets[0]: expected an address',
    ],
    ['action: delay, delay: { latency: 9ms }, externalTargets: [192.0.2.300]', 'got "192.0.2.300"'],
    ['action: delay, delay: { latency: 9ms }, externalTargets: ["192.0.2.0/40"]', 'got "192.0.2.0/40"'],
    [
      'action: delay, delay: { latency: 9ms }, target: { selector: { external: db.example.com } }',
      'spec.target.selector.external: unknown field (what is outside of the cluster is listed in externalTargets)',
    ],
  ])('says one thing of %s', (spec, message) => {
    expect(said('NetworkChaos', `${spec}, ${ONE}`, OWN)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['action: partition, externalTargets: [db.example.com]', 'a partition is seen from the pods of its target'],
    [`action: partition, partitionBehavior: reject, ${FRONT}`, 'a partition is seen by silence'],
  ])('wants a witness of %s', (spec, why) => {
    expect(said('NetworkChaos', `${spec}, ${ONE}`, OWN)).toEqual([expect.stringMatching(`^kind: .*witness.*${why}`)]);
    expect(said('NetworkChaos', `${spec}, ${ONE}`)).toEqual([]);
  });

  it('says of a selector with a mistyped key that alone', () => {
    const spec = 'action: delay, delay: { latency: 9ms }, mode: one, selector: { namespace: [shop] }, duration: 180s';
    expect(said('NetworkChaos', spec)).toEqual([expect.stringContaining('did you mean namespaces?')]);
  });

  it('says once that the mode is missing, and which there are', () => {
    const spec = `action: delay, delay: { latency: 9ms }, ${BACK.replace('mode: one, ', '')}, duration: 180s`;
    expect(said('NetworkChaos', spec)).toEqual([expect.stringContaining('spec.mode: expected one of one, all')]);
  });
});
