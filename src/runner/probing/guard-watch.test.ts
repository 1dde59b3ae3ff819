import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import type { Sample } from '../../experiment/evidence/evidence.ts';
import type { MetricsSource } from '../../ports/metrics-source.ts';
import type { AbortGuard } from '../../scenario/model/scenario.ts';
import { GuardWatch, tripObservation } from './guard-watch.ts';

const guard: AbortGuard = { query: 'up', condition: { kind: 'compare', operator: '<', value: 1 }, forMs: 0 };
const unused = (): never => {
  throw new Error('a guard does not need this');
};

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

/** What a scrape at that time showed; null is silence. */
function metrics(valueAt: (atMs: number) => number | null): MetricsSource {
  const sample = (atMs: number): Sample => {
    const value = valueAt(atMs);
    return value === null ? { atMs, value, problem: 'NO_DATA' } : { atMs, value, problem: null };
  };
  return {
    sample: unused,
    raw: unused,
    targets: unused,
    version: unused,
    range: async (_query, fromMs, toMs, stepMs) =>
      Array.from({ length: (toMs - fromMs) / stepMs + 1 }, (_, index) => sample(fromMs + index * stepMs)),
  };
}

/** When a guard tripped, ms after `fromMs`, or null where it did not within a minute. */
async function trippedAfter(source: MetricsSource, over: Partial<AbortGuard>, fromMs: number): Promise<number | null> {
  const watch = new GuardWatch([{ ...guard, ...over }], { metrics: source, clock });
  await watch.begin();
  const tripped = new Promise<number>((resolve) => {
    watch.tripped.addEventListener('abort', () => resolve(clock.now() - fromMs));
  });
  const afterMs = watch.tripped.aborted ? clock.now() - fromMs : await Promise.race([tripped, clock.sleep(60_000)]);
  await watch.end();
  return afterMs ?? null;
}

describe('a guard', () => {
  it('trips within two scrapes of the one that showed its condition', async () => {
    const fromMs = clock.now() + 7_300;
    const after = await trippedAfter(
      metrics((atMs) => (atMs >= fromMs ? 0 : 1)),
      {},
      fromMs,
    );
    expect(after).toBeLessThanOrEqual(2_000);
  });

  it('trips within two scrapes after its condition held for long enough, not before', async () => {
    const fromMs = clock.now() + 7_300;
    const after = await trippedAfter(
      metrics((atMs) => (atMs >= fromMs ? 0 : 1)),
      { forMs: 15_000 },
      fromMs,
    );
    expect(after).toBeGreaterThanOrEqual(15_000);
    expect(after).toBeLessThanOrEqual(17_000);
  });

  it('does not trip on a condition that held for too short a time', async () => {
    const fromMs = clock.now() + 5_000;
    const source = metrics((atMs) => (atMs >= fromMs && atMs < fromMs + 10_000 ? 0 : 1));
    expect(await trippedAfter(source, { forMs: 15_000 }, fromMs)).toBeNull();
  });

  it('trips within two scrapes when its own data have been missing for three', async () => {
    const fromMs = clock.now() + 5_000;
    const after = await trippedAfter(
      metrics((atMs) => (atMs >= fromMs ? null : 1)),
      { forMs: 60_000 },
      fromMs,
    );
    expect(after).toBeGreaterThanOrEqual(2_000);
    expect(after).toBeLessThanOrEqual(5_000);
  });

  it('trips before anything is injected when it holds already', async () => {
    expect(
      await trippedAfter(
        metrics(() => 0),
        {},
        clock.now(),
      ),
    ).toBe(0);
  });

  it('trips when it cannot be looked after any more', async () => {
    let looks = 0;
    const source = {
      ...metrics(() => 1),
      range: async () => {
        looks += 1;
        if (looks > 3) throw new TypeError('a defect');
        return [{ atMs: clock.now(), value: 1, problem: null }];
      },
    };
    expect(await trippedAfter(source, {}, clock.now())).not.toBeNull();
  });

  it('is left alone after the end', async () => {
    const fromMs = clock.now() + 5_000;
    const watch = new GuardWatch([guard], { metrics: metrics((atMs) => (atMs >= fromMs ? 0 : 1)), clock });
    await watch.begin();
    await watch.end();
    await clock.sleep(30_000);
    expect(watch.trips).toEqual([]);
  });
});

const known = (value: number): Sample => ({ atMs: 0, value, problem: null });
const silent: Sample = { atMs: 0, value: null, problem: 'NO_DATA' };

it.each<[string, readonly Sample[], boolean]>([
  ['nothing at all', [], true],
  ['three silent scrapes', [known(1), silent, silent, silent], true],
  ['two silent scrapes', [known(1), silent, silent], false],
  ['a condition with silence in between', [known(0), silent, known(0)], true],
  ['silence after the condition', [known(0), known(0), silent], true],
  ['silence after a good value', [known(0), known(1), silent], false],
  ['a good value', [known(0), known(0), known(1)], false],
])('a guard with a duration of 2 s and %s: trips %s', (_name, samples, trips) => {
  const observation = tripObservation({ ...guard, forMs: 2_000 }, samples);
  expect(observation !== null).toBe(trips);
});
