import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { KubernetesError } from '../../errors.ts';
import type { HttpAnswer } from '../../ports/http-source.ts';
import type { HttpProbe, KubernetesProbe } from '../../scenario/model/scenario.ts';
import { waitUntil } from '../waiting/wait-until.ts';
import { fieldReading } from './kubernetes-reader.ts';
import { LiveSampler } from './live-sampler.ts';

const T0 = 1_700_000_000_000;
const tolerance = { kind: 'compare', operator: '==', value: 1 } as const;
const HTTP: HttpProbe = {
  name: 'front',
  http: { address: { url: 'http://x/' }, status: 200, body: 'ok', withinMs: 500 },
  tolerance,
  forMs: 5_000,
  everyMs: 1_000,
};
const FIELD: KubernetesProbe = {
  name: 'replicas',
  kubernetes: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'shop',
    name: 'back',
    field: 'status.readyReplicas',
    equals: null,
    whenAbsent: null,
  },
  tolerance,
  forMs: 5_000,
  everyMs: 1_000,
};

/** Watches for a while, with an address that answers by the time at which it is asked. */
async function watched(
  probe: HttpProbe | KubernetesProbe,
  answer: (sinceMs: number, clock: FakeClock) => HttpAnswer | Promise<HttpAnswer>,
  options: { readonly seconds?: number; readonly startMs?: number; readonly kube?: FakeKube } = {},
) {
  const { seconds = 4, startMs = T0, kube = new FakeKube() } = options;
  const clock = new FakeClock(startMs);
  const http = { get: async () => answer(clock.now() - T0, clock) };
  const sampler = new LiveSampler({ clock, kube, http });
  const { signal } = new AbortController();
  sampler.start([probe], signal);
  const until = async () =>
    clock.now() >= startMs + seconds * 1_000
      ? ({ done: true, value: null } as const)
      : ({ done: false, seen: '' } as const);
  await waitUntil(until, { clock, what: 'the end', timeoutMs: 60_000, everyMs: 100, signal });
  await sampler[Symbol.asyncDispose]();
  return sampler
    .samples(probe, 0, Number.POSITIVE_INFINITY)
    .map(({ atMs, value, problem }) => [atMs - T0, value ?? problem]);
}

const good: HttpAnswer = { kind: 'answer', status: 200, body: 'all ok' };

describe('LiveSampler', () => {
  it('asks at multiples of the interval and stamps when the answer must be there', async () => {
    expect((await watched(HTTP, () => good, { startMs: T0 + 300 })).slice(0, 3)).toEqual([
      [2_000, 1],
      [3_000, 1],
      [4_000, 1],
    ]);
  });

  it('never shows a state before it was there', async () => {
    const samples = await watched(HTTP, (sinceMs) => (sinceMs >= 2_000 ? good : { ...good, status: 500 }));
    for (const [atMs, value] of samples) expect(value).toBe(Number(atMs) >= 3_000 ? 1 : 0);
  });

  it.each([
    ['another status', { ...good, status: 503 }, 0],
    ['another body', { ...good, body: 'no' }, 0],
    ['silence', { kind: 'silence', detail: 'refused' }, 0],
    ['nobody to ask', { kind: 'unknown', detail: 'no such host' }, 'QUERY_FAILED'],
  ] as const)('takes %s for what it is', async (_what, answer, seen) => {
    for (const [, value] of await watched(HTTP, () => answer)) expect(value).toBe(seen);
  });

  it('takes an answer behind its time for no value', async () => {
    const slow = async (_since: number, clock: FakeClock): Promise<HttpAnswer> => {
      await clock.sleep(1_300);
      return good;
    };
    const samples = await watched(HTTP, slow);
    expect(samples.length).toBeGreaterThan(1);
    for (const [, value] of samples) expect(value).toBe('STALE_DATA');
  });

  it('takes an answer that came later than it may for a no', async () => {
    const slow = async (_since: number, clock: FakeClock): Promise<HttpAnswer> => {
      await clock.sleep(700);
      return good;
    };
    expect((await watched(HTTP, slow))[0]).toEqual([1_000, 0]);
  });

  it('does not take its own slowness for silence', async () => {
    const { signal } = new AbortController();
    for (const [answer, seen] of [
      [{ kind: 'silence', detail: 'no whole answer within 500 ms' }, 'STALE_DATA'],
      [good, 1],
    ] as const) {
      const clock = new FakeClock(T0);
      // A machine that wakes up 300 ms after every alarm.
      const late = {
        now: () => clock.now(),
        steadyMs: () => clock.steadyMs(),
        sleep: (ms: number, stop?: AbortSignal) => clock.sleep(ms + 300, stop),
      };
      const sampler = new LiveSampler({ clock: late, kube: new FakeKube(), http: { get: async () => answer } });
      sampler.start([{ ...HTTP, everyMs: 1_000 }], signal);
      await clock.sleep(3_900);
      await sampler[Symbol.asyncDispose]();
      const [, second] = sampler.samples(HTTP, 0, Number.POSITIVE_INFINITY);
      expect(second?.value ?? second?.problem).toBe(seen);
    }
  });

  it('has no sample where it was never asked', async () => {
    const broken = (sinceMs: number): HttpAnswer => {
      if (sinceMs >= 1_000) throw new Error('out of order');
      return good;
    };
    const samples = await watched(HTTP, broken);
    expect(samples.slice(0, 2)).toEqual([
      [1_000, 1],
      [2_000, 'QUERY_FAILED'],
    ]);
  });

  it('reads objects, and takes one that is not there or cannot be read for no value', async () => {
    const kube = new FakeKube();
    const metadata = { namespace: 'shop', name: 'back' };
    expect((await watched(FIELD, () => good, { kube }))[0]).toEqual([1_000, 'NO_DATA']);
    kube.seed({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, status: { readyReplicas: 1 } });
    expect((await watched(FIELD, () => good, { kube }))[0]).toEqual([1_000, 1]);
    kube.trouble = () => new KubernetesError('forbidden', 403);
    expect((await watched(FIELD, () => good, { kube }))[0]).toEqual([1_000, 'QUERY_FAILED']);
  });
});

describe('fieldReading', () => {
  const read = (value: unknown, changes: object = {}) => {
    const { value: seen, problem } = fieldReading(
      { status: { readyReplicas: value } },
      { ...FIELD.kubernetes, ...changes },
    );
    return seen ?? problem;
  };

  it.each([
    [3, {}, 3],
    [true, {}, 1],
    [false, {}, 0],
    [undefined, {}, 'NO_DATA'],
    [null, {}, 'NO_DATA'],
    [undefined, { whenAbsent: 0 }, 0],
    [undefined, { equals: 'True' }, 'NO_DATA'],
    ['3', {}, 'NOT_A_NUMBER'],
    [[3], {}, 'NOT_A_NUMBER'],
    [{ a: 1 }, { equals: '[object Object]' }, 'NOT_A_NUMBER'],
    ['True', { equals: 'True' }, 1],
    ['true', { equals: 'True' }, 0],
    [true, { equals: 'true' }, 1],
  ])('of %j with %j is %j', (value, changes, seen) => {
    expect(read(value, changes)).toBe(seen);
  });
});
