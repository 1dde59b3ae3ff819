import { describe, expect, it } from 'vitest';
import { WorkMeter } from '../work-meter.ts';
import { expectedSeconds, leftSeconds } from './estimate.ts';
import type { Part } from './part.ts';

function part(id: string, seconds: number): Part {
  const build = async (): Promise<void> => undefined;
  return { id, title: id, needs: [], inputs: { recipe: 1 }, files: [], expectedSeconds: seconds, build };
}

describe('expectedSeconds', () => {
  it('is what the part took here before', () => {
    expect(expectedSeconds(part('a', 100), { a: 42 }, 2)).toBe(42);
  });

  it.each([
    [1, 200],
    [2, 100],
    [4, 50],
    [64, 35],
  ])('is the measured time scaled to %i cores where it was never built here', (cores, seconds) => {
    expect(expectedSeconds(part('a', 100), {}, cores)).toBe(seconds);
  });
});

describe('leftSeconds', () => {
  const expect10 = (): number => 10;

  it('adds up what is left of every part', () => {
    expect(leftSeconds([part('a', 0), part('b', 0)], new Map([['a', 4]]), expect10)).toBe(16);
  });

  it('never says that a part that takes longer than expected is done', () => {
    expect(leftSeconds([part('a', 0)], new Map([['a', 500]]), expect10)).toBe(1);
  });

  it('is nothing where nothing is left', () => {
    expect(leftSeconds([], new Map(), expect10)).toBe(0);
  });
});

describe('WorkMeter', () => {
  it('shares the time out among the parts that run', () => {
    const meter = new WorkMeter();
    meter.start('a', 0);
    meter.start('b', 10_000);
    expect(meter.stop('b', 30_000)).toBe(10);
    expect(meter.stop('a', 40_000)).toBe(30);
  });

  it('counts nothing while nothing runs', () => {
    const meter = new WorkMeter();
    meter.start('a', 0);
    expect(meter.stop('a', 1_000)).toBe(1);
    meter.start('b', 60_000);
    expect([...meter.running(61_000)]).toEqual([['b', 1]]);
  });
});
