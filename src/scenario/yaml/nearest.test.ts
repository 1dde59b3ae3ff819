import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

describe('nearest', () => {
  it.each([
    ['steadystate', 'steadyState'],
    ['serverity', 'severity'],
    ['reqires', 'requires'],
    ['xyz', null],
    ['a', null],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, ['steadyState', 'severity', 'requires', 'by'])).toBe(meant);
  });

  it('says nothing where nothing is near', () => {
    expect(didYouMean('apple', ['pear'])).toBe('');
    expect(didYouMean('shpo', ['shop'])).toBe(' (did you mean shop?)');
  });
});
