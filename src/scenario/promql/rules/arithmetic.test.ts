import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculated } from './arithmetic.ts';
import { type Interval, justAbove, justBelow } from './interval.ts';

const OPERATORS = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
  '^': (a: number, b: number) => a ** b,
} as const;

const bound = fc.oneof(
  fc.constantFrom(-Infinity, -1, 0, 0.5, 1, 2, Infinity),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
);

/** A value, and an interval that holds it. */
const held = fc
  .tuple(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 })), bound, bound)
  .map(([value, a, b]): [number, Interval] => [value, { low: Math.min(value, a), high: Math.max(value, b) }]);

describe('calculated', () => {
  it('holds every finite result of values that its sides hold', () => {
    fc.assert(
      fc.property(fc.constantFrom('+', '-', '*', '/', '%', '^'), held, held, (operator, [a, left], [b, right]) => {
        const result = OPERATORS[operator](a, b);
        const { low, high } = calculated(operator, left, right);
        if (Number.isFinite(result)) expect(low <= result && result <= high).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a neighbour of a number', () => {
  it.each([0, -0, 1, -1, 0.5, 1e300, -1e-300])('of %d leaves no number between', (value) => {
    expect(justAbove(value)).toBeGreaterThan(value);
    expect(justBelow(value)).toBeLessThan(value);
    expect(justBelow(justAbove(value))).toBe(value + 0);
    expect((value + justAbove(value)) / 2 === value || (value + justAbove(value)) / 2 === justAbove(value)).toBe(true);
  });
});
