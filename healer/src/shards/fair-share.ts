import { createHash } from 'node:crypto';

/** The shard of an owner, the same on every replica. */
export function shardOf(owner: string, shards: number): number {
  return createHash('sha256').update(owner).digest().readUInt32BE() % shards;
}

/** How many of the shards one member should hold; the shares of all members add up to all shards. */
export function fairShare(members: readonly string[], self: string, shards: number): number {
  const rank = [...members].sort().indexOf(self);
  if (rank === -1) return 0;
  const rest = shards % members.length;
  return Math.floor(shards / members.length) + (rank < rest ? 1 : 0);
}

/** All shards, beginning at another one for each member, so that they seldom reach for the same. */
export function orderOfReach(members: readonly string[], self: string, shards: number): number[] {
  const rank = Math.max(0, [...members].sort().indexOf(self));
  const first = Math.floor((rank * shards) / Math.max(1, members.length));
  return Array.from({ length: shards }, (_, index) => (first + index) % shards);
}
