import { describe, expect, it } from 'vitest';
import { waitForTokenMs } from './token-bucket.ts';

const bucket = { actions: 3, perMs: 300 };

describe('a token bucket', () => {
  it.each<[string, number[], number]>([
    ['is full at first', [], 0],
    ['gives all it has at once', [1_000, 1_000], 0],
    ['then gives one at a time', [1_000, 1_000, 1_000], 100],
    ['fills while nobody takes', [400, 400, 400], 0],
    ['does not hold more than it may', [0, 1_000, 1_000, 1_000], 100],
    ['counts in the order of time', [1_000, 400, 1_000, 1_000], 100],
  ])('%s', (_title, takenAtMs, waitMs) => {
    expect(waitForTokenMs(bucket, takenAtMs, 1_000)).toBe(waitMs);
  });

  it('is not robbed of a token by a sum of many small refills', () => {
    const taken = Array.from({ length: 50 }, (_, n) => n * 100);
    expect(waitForTokenMs({ actions: 1, perMs: 100 }, taken, 5_000)).toBe(0);
  });
});
