import { describe, expect, it } from 'vitest';
import { PROBE, sample, samples, series, T0 } from '../../../test/fixtures/evidence-builder.ts';
import { gateHeld } from './steady-state.ts';

const calm = samples(-10_000, 0, 1_000, () => 0);
const without = (atMs: number) => calm.filter((one) => one.atMs !== T0 + atMs);
const instead = (atMs: number, value: number | null, problem: 'NO_DATA' | 'STALE_DATA' | null = null) =>
  [...without(atMs), sample(atMs, value, problem)].sort((a, b) => a.atMs - b.atMs);

describe('gateHeld', () => {
  it('holds when every probe was in tolerance for its time', () => {
    expect(gateHeld([series(calm), series(calm)], T0)).toMatchObject({ held: true, problem: null });
  });

  it('says how long it has held when that is not long enough yet', () => {
    const result = gateHeld([series(calm.slice(-4))], T0);
    expect(result).toEqual({ held: false, detail: 'availability in tolerance for 3.0 s of 5.0 s', problem: null });
  });

  it.each([
    { what: 'the newest sample is out', own: instead(0, 1), problem: null, detail: 'availability is 1, wanted < 0.5' },
    { what: 'a sample within the time was out', own: instead(-3_000, 1), problem: null, detail: /2\.0 s of 5\.0 s/ },
    {
      what: 'a sample within the time is unknown',
      own: instead(-3_000, null, 'NO_DATA'),
      problem: 'NO_DATA',
      detail: /2\.0 s/,
    },
    {
      what: 'a sample within the time is missing',
      own: without(-3_000),
      problem: 'NO_DATA',
      detail: /2\.0 s of 5\.0 s/,
    },
    {
      what: 'the newest sample is stale',
      own: instead(0, null, 'STALE_DATA'),
      problem: 'STALE_DATA',
      detail: /unknown/,
    },
    { what: 'the newest sample is old', own: calm.slice(0, -2), problem: 'NO_DATA', detail: /unknown/ },
    { what: 'there is no sample', own: [], problem: 'NO_DATA', detail: /unknown/ },
  ])('does not hold when $what', ({ own, problem, detail }) => {
    const result = gateHeld([series(calm), series(own)], T0);
    expect(result).toMatchObject({ held: false, problem });
    expect(result.detail).toMatch(detail);
  });

  it('forgives what lies before the time asked for', () => {
    expect(gateHeld([series(instead(-6_000, 1))], T0).held).toBe(true);
  });

  it('ignores what came later', () => {
    expect(gateHeld([series([...calm, sample(1_000, 1)])], T0).held).toBe(true);
  });

  it('asks for one good sample where no time is given', () => {
    const probe = { ...PROBE, forMs: 0 };
    expect(gateHeld([series([sample(0, 0)], { probe })], T0).held).toBe(true);
  });

  it('does not hold without a probe', () => {
    expect(gateHeld([], T0)).toMatchObject({ held: false, problem: 'NO_DATA' });
  });

  it('passes on why the metrics source gave nothing', () => {
    const own = [...calm.slice(0, -1), { ...sample(0, null, 'QUERY_FAILED'), detail: 'connection refused' }];
    expect(gateHeld([series(own)], T0).detail).toContain('connection refused');
  });
});
