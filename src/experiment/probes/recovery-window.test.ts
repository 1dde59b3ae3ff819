import { describe, expect, it } from 'vitest';
import { PROBE, samples, series, T0 } from '../../../test/fixtures/evidence-builder.ts';
import { courseOf, restoredAt } from './recovery-window.ts';
import { timeSeriesOf } from './time-series.ts';

/** One letter a second from 0 on: i in, o out, u unknown. */
const story = (letters: string, over: { name?: string; resolutionMs?: number } = {}) => {
  const own = samples(0, (letters.length - 1) * 1_000, 1_000, (ms) => (letters[ms / 1_000] === 'o' ? 1 : 0)).map(
    (one, index) => (letters[index] === 'u' ? { ...one, value: null, problem: 'NO_DATA' as const } : one),
  );
  const given = series(own, { probe: { ...PROBE, name: over.name ?? 'a' }, resolutionMs: over.resolutionMs ?? 2_000 });
  return timeSeriesOf(given, T0, T0 + (letters.length - 1) * 1_000);
};
const course = (stableForMs: number, ...timeSeries: ReturnType<typeof story>[]) => {
  const found = courseOf(timeSeries, T0, stableForMs);
  const ms = (atMs: number | null) => (atMs === null ? null : (atMs - T0) / 1_000);
  return {
    departed: ms(found.departedAtMs),
    notBefore: ms(found.restoredNotBeforeMs),
    seen: ms(found.restoredSeenAtMs),
    stable: ms(found.stableSeenAtMs),
    relapsed: ms(found.relapsedAtMs),
  };
};

describe('courseOf', () => {
  it('says nothing of a return where nothing left', () => {
    expect(course(3_000, story('iiiiii'))).toEqual({
      departed: null,
      notBefore: null,
      seen: null,
      stable: null,
      relapsed: null,
    });
  });

  it('finds the start of the first stretch that lasts, looking back from its end', () => {
    expect(course(3_000, story('iooooiiiii'))).toMatchObject({ departed: 1, notBefore: 3, seen: 5, stable: 8 });
  });

  it('is moved by a relapse before it was stable', () => {
    expect(course(3_000, story('iooiioiiiiii'))).toMatchObject({ departed: 1, notBefore: 4, seen: 6, stable: 9 });
  });

  it('is not moved by a departure after it had been stable, but remembers it', () => {
    expect(course(3_000, story('iooiiiiioi'))).toMatchObject({ seen: 3, stable: 6, relapsed: 8 });
  });

  it('has no return while the stretch is too short, but knows that it cannot have been earlier', () => {
    expect(course(3_000, story('iooooii'))).toMatchObject({ notBefore: 3, seen: null, stable: null });
  });

  it('knows of a probe that never came back that it had not at its last sample', () => {
    expect(course(3_000, story('iooooo'))).toMatchObject({ notBefore: 4, seen: null });
  });

  it('lets an unknown neither start nor continue a stretch, yet reckons that it may have been one', () => {
    expect(course(3_000, story('ioouiiii'))).toMatchObject({ notBefore: 1, seen: 4, stable: 7 });
    expect(course(3_000, story('ioouuuuo'))).toMatchObject({ notBefore: 1, seen: null });
  });

  it('waits as long as the slowest probe may be late, also where stableFor is shorter', () => {
    const slow = story('iiiiioooooiiiiiiiiii', { name: 'slow', resolutionMs: 6_000 });
    const fast = story('ioooiiiiiiiiiiiiiiii', { name: 'fast' });
    expect(course(1_000, fast, slow)).toMatchObject({ departed: 1, seen: 10, stable: 16, notBefore: 4 });
  });

  it('takes the coarse bound only of a probe that was out', () => {
    const steady = story('iiiiiiiiiiiiii', { name: 'steady', resolutionMs: 6_000 });
    expect(course(3_000, steady, story('ioooiiiiiiiiii'))).toMatchObject({ notBefore: 2, seen: 4 });
  });

  it('never puts the return before the start', () => {
    expect(course(3_000, story('oiiiiiiiiiiiiiii', { resolutionMs: 9_000 }))).toMatchObject({ notBefore: 0, seen: 1 });
  });

  it('never ends where a resolution is not known', () => {
    expect(course(3_000, story('iooiiiiiii', { resolutionMs: Number.POSITIVE_INFINITY }))).toMatchObject({
      seen: null,
    });
  });
});

describe('restoredAt', () => {
  it('lies between the last time it cannot have been and the first time it was seen', () => {
    expect(restoredAt(courseOf([story('iooooiiiii')], T0, 3_000))).toEqual({
      earliestMs: T0 + 3_000,
      latestMs: T0 + 5_000,
    });
  });
});
