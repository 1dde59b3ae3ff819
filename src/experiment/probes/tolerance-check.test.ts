import { describe, expect, it } from 'vitest';
import type { Tolerance } from '../../scenario/model/tolerance.ts';
import { isInTolerance, toleranceText } from './tolerance-check.ts';

const compare = (operator: '<' | '<=' | '>' | '>=' | '==' | '!=', value = 1): Tolerance => ({
  kind: 'compare',
  operator,
  value,
});
const range: Tolerance = { kind: 'range', low: 0, high: 1 };
const all = [compare('<'), compare('<='), compare('>'), compare('>='), compare('=='), compare('!='), range];

describe('isInTolerance', () => {
  it.each([
    ['<', [true, false, false]],
    ['<=', [true, true, false]],
    ['>', [false, false, true]],
    ['>=', [false, true, true]],
    ['==', [false, true, false]],
    ['!=', [true, false, true]],
  ] as const)('compares 0, 1 and 2 with %s 1', (operator, expected) => {
    expect([0, 1, 2].map((value) => isInTolerance(value, compare(operator)))).toEqual(expected);
  });

  it('counts both ends of a range as inside', () => {
    expect([-0.1, 0, 0.5, 1, 1.1].map((value) => isInTolerance(value, range))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'never accepts %s, whatever is asked',
    (value) => {
      for (const tolerance of all) expect(isInTolerance(value, tolerance)).toBe(false);
    },
  );

  it('never accepts anything against a limit that is not a number', () => {
    expect(isInTolerance(1, compare('!=', Number.NaN))).toBe(false);
    expect(isInTolerance(1, { kind: 'range', low: Number.NaN, high: 2 })).toBe(false);
  });

  it('is told as its author writes it', () => {
    expect([compare('<', 0.5), range].map(toleranceText)).toEqual(['< 0.5', '[0, 1]']);
  });
});
