/** So many actions at once, and so many again over that time. */
export interface Bucket {
  readonly actions: number;
  readonly perMs: number;
}

/**
 * Milliseconds until a token is free, 0 when one is. The bucket is full at first, fills steadily, and each of the
 * earlier actions (epoch milliseconds, any order) took one out.
 */
export function waitForTokenMs({ actions, perMs }: Bucket, takenAtMs: readonly number[], nowMs: number): number {
  const refillMs = perMs / actions;
  let tokens = actions;
  let atMs = Number.NEGATIVE_INFINITY;
  for (const takenAt of [...takenAtMs].sort((a, b) => a - b)) {
    tokens = Math.min(actions, tokens + (takenAt - atMs) / refillMs) - 1;
    atMs = takenAt;
  }
  const now = atMs === Number.NEGATIVE_INFINITY ? tokens : Math.min(actions, tokens + (nowMs - atMs) / refillMs);
  // A sum of many refills may miss a whole token by a hair.
  return now >= 1 - 1e-9 ? 0 : Math.ceil((1 - now) * refillMs);
}
