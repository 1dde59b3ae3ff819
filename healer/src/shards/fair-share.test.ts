import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fairShare, orderOfReach, shardOf } from './fair-share.ts';

const members = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 20 });
const shards = fc.integer({ min: 1, max: 64 });

describe('the fair share of shards', () => {
  it('adds up to all shards and differs by one at most, in whatever order the members are seen', () => {
    fc.assert(
      fc.property(members, shards, (all, count) => {
        const shares = all.map((self) => fairShare([...all].reverse(), self, count));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(count);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is nothing for who is no member', () => {
    expect(fairShare(['a', 'b'], 'c', 8)).toBe(0);
    expect(fairShare([], 'c', 8)).toBe(0);
  });

  it('reaches for every shard once, and two members begin at different ones', () => {
    fc.assert(
      fc.property(members, shards, (all, count) => {
        for (const self of all) expect(new Set(orderOfReach(all, self, count)).size).toBe(count);
      }),
    );
    expect(['a', 'b'].map((self) => orderOfReach(['a', 'b'], self, 8)[0])).toEqual([0, 4]);
  });
});

describe('the shard of an owner', () => {
  it('is always the same and spreads owners over all shards', () => {
    const counts = Array.from({ length: 8 }, () => 0);
    for (let index = 0; index < 4_000; index += 1) {
      const shard = shardOf(`owner-${index}`, 8);
      expect(shardOf(`owner-${index}`, 8)).toBe(shard);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(400);
  });
});
