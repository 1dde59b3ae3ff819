import { describe, expect, it } from 'vitest';
import { linearScale, roundStep, spread, ticks, tickText } from './scale.ts';

describe('scales', () => {
  it('map an extent onto coordinates and keep what is outside at the edge', () => {
    const scale = linearScale({ low: 0, high: 10 }, 100, 200);
    expect([-5, 0, 5, 10, 50].map((value) => scale.at(value))).toEqual([100, 100, 150, 200, 200]);
  });

  it('do not break where there is nothing between low and high', () => {
    expect(linearScale({ low: 3, high: 3 }, 0, 100).at(3)).toBe(0);
    expect(ticks({ low: 3, high: 3 }, 4)).toEqual([3]);
  });

  it.each([
    [{ low: 0, high: 60 }, 8, [0, 10, 20, 30, 40, 50, 60]],
    [{ low: -1, high: 1 }, 4, [-1, -0.5, 0, 0.5, 1]],
    [{ low: 0.02, high: 0.11 }, 4, [0.025, 0.05, 0.075, 0.1]],
  ])('have round ticks for %j', (extent, count, expected) => {
    const found = ticks(extent, count);
    expect(found).toHaveLength(expected.length);
    found.forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 9);
    });
  });

  it('write ticks so that neighbours differ', () => {
    const extent = { low: 0.02, high: 0.11 };
    const step = roundStep(extent, 4);
    expect(ticks(extent, 4).map((value) => tickText(value, step))).toEqual(['0.025', '0.050', '0.075', '0.100']);
    expect(tickText(-0, 10)).toBe('0');
  });
});

describe('labels', () => {
  const room = { low: 0, high: 500 };

  it('stay where they want to be when there is room', () => {
    expect(spread([10, 120, 300], 50, room)).toEqual([10, 120, 300]);
  });

  it('move apart around their middle', () => {
    expect(spread([200, 202, 204], 50, room)).toEqual([152, 202, 252]);
  });

  it('never leave the picture', () => {
    expect(spread([1, 2, 3], 50, room)).toEqual([0, 50, 100]);
    expect(spread([498, 499, 500], 50, room)).toEqual([400, 450, 500]);
  });

  it.each([[[5, 5, 5, 5]], [[100, 140, 141, 190, 400]], [[0, 480, 490, 500]]])('keep their gap: %j', (wanted) => {
    const placed = spread(wanted, 50, room);
    placed.slice(1).forEach((value, index) => {
      expect(value - (placed[index] ?? 0)).toBeGreaterThanOrEqual(50 - 1e-9);
    });
    expect(Math.min(...placed)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...placed)).toBeLessThanOrEqual(500);
  });
});
