import { describe, expect, it } from 'vitest';
import { formatTolerance, parseTolerance } from './tolerance.ts';

describe('parseTolerance', () => {
  it.each([
    ['< 0.5', { kind: 'compare', operator: '<', value: 0.5 }],
    ['<=3', { kind: 'compare', operator: '<=', value: 3 }],
    [' > -1e-3 ', { kind: 'compare', operator: '>', value: -0.001 }],
    ['>= .5', { kind: 'compare', operator: '>=', value: 0.5 }],
    ['== 3', { kind: 'compare', operator: '==', value: 3 }],
    ['!= 0', { kind: 'compare', operator: '!=', value: 0 }],
    ['[0.95, 1]', { kind: 'range', low: 0.95, high: 1 }],
    [[0, 0] as const, { kind: 'range', low: 0, high: 0 }],
  ])('reads %j', (source, tolerance) => {
    expect(parseTolerance(source)).toEqual(tolerance);
  });

  it.each([
    '',
    '3',
    '= 3',
    '=== 3',
    '< NaN',
    '< Inf',
    '< 1e999',
    '< 1 2',
    '[1]',
    '[2, 1]',
    '(0, 1)',
    '[0, 1',
    'about 3',
    '<> 3',
  ])('refuses %j', (text) => {
    expect(parseTolerance(text)).toBeNull();
  });

  it.each([
    [Number.NaN, 1],
    [0, Number.POSITIVE_INFINITY],
    [1, 0],
  ] as const)('refuses the range %d to %d', (low, high) => {
    expect(parseTolerance([low, high])).toBeNull();
  });

  it.each(['< 0.5', '[0.95, 1]'])('writes %s back in the same notation', (text) => {
    const tolerance = parseTolerance(text);
    expect(tolerance === null ? null : formatTolerance(tolerance)).toBe(text);
  });
});
