import { expect, it } from 'vitest';
import { agreeing, counted } from './counted.ts';

it.each([
  [0, '0 runs'],
  [1, '1 run'],
  [2, '2 runs'],
  [21, '21 runs'],
])('%d is told as %s', (count, said) => {
  expect(counted(count, 'run')).toBe(said);
});

it('takes a plural of its own, and a verb', () => {
  expect(counted(1, 'entry', 'entries')).toBe('1 entry');
  expect(counted(3, 'entry', 'entries')).toBe('3 entries');
  expect(counted(1, 'scenario is valid', 'scenarios are valid')).toBe('1 scenario is valid');
  expect(agreeing(1, 'is', 'are')).toBe('is');
  expect(agreeing(0, 'is', 'are')).toBe('are');
});
