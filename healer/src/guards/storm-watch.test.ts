import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { facts, NOW_MS } from '../../test/fakes/samples.ts';
import { decide } from '../pods/decide.ts';
import { StormWatch } from './storm-watch.ts';

function watch(targets = 10): { clock: ManualClock; storm: StormWatch } {
  const clock = new ManualClock();
  return { clock, storm: new StormWatch({ clock, targets, calmMs: 60_000 }) };
}

describe('a storm', () => {
  it('begins when that many pods are sick at once, not before', () => {
    const { storm } = watch();
    expect(storm.see(9)).toBeUndefined();
    expect(storm.see(10)).toMatch(/^10 pods are sick in a storm/);
  });

  it('goes on until it has been calm for long enough', () => {
    const { clock, storm } = watch();
    storm.see(10);
    expect(storm.see(0)).toBeDefined();
    clock.advance(59_999);
    expect(storm.see(4)).toBeDefined();
    clock.advance(1);
    expect(storm.see(4)).toBeUndefined();
    expect(storm.see(9)).toBeUndefined();
  });

  it('goes on when it flares up again in between', () => {
    const { clock, storm } = watch();
    storm.see(10);
    storm.see(0);
    clock.advance(30_000);
    expect(storm.see(5)).toBeDefined();
    expect(storm.see(0)).toBeDefined();
    clock.advance(59_999);
    expect(storm.see(0)).toBeDefined();
  });

  it('keeps the healer back in its trough: without the delay it evicts in the middle of it', () => {
    const acts = (calmMs: number): string => {
      const clock = new ManualClock();
      const storm = new StormWatch({ clock, targets: 10, calmMs });
      storm.see(10);
      clock.advance(1_000);
      return decide(facts({ storm: storm.see(4) }), NOW_MS).kind;
    };
    expect(acts(60_000)).toBe('refuse');
    expect(acts(0)).toBe('act');
  });

  it('never begins where it is switched off', () => {
    expect(watch(0).storm.see(1_000)).toBeUndefined();
  });
});
