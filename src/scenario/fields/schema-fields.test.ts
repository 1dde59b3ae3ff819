import { expect, it } from 'vitest';
import { expected, quote } from './schema-fields.ts';

it.each([
  [null, 'nothing (null)'],
  [[1, 2], 'a list of 2'],
  [{ a: 1 }, 'a mapping with a'],
  [{ 'a\nb': 1, c: 2 }, 'a mapping with a\\nb, c'],
  [{}, 'a mapping with nothing'],
  ['two\nlines', '"two\\nlines"'],
  [true, 'true'],
  ['x'.repeat(100), `"${'x'.repeat(56)}…"`],
  [1e300, '1e+300'],
])('quotes %j in one short line', (value, text) => {
  expect(quote(value)).toBe(text);
});

it('tells a missing value from a wrong one', () => {
  const { error } = expected('a name');
  expect(error({})).toBe('expected a name, but it is missing');
  expect(error({ input: 3 })).toBe('expected a name, got 3');
});
