export interface Backoff {
  /** Delay before the next attempt in milliseconds; grows with each call. */
  next(): number;
  reset(): void;
}

/** Exponential delays with full jitter in their upper half, from `firstMs` up to `capMs`. */
export function exponentialBackoff(firstMs: number, capMs: number, random: () => number = Math.random): Backoff {
  let attempt = 0;
  return {
    next() {
      const ceiling = Math.min(capMs, firstMs * 2 ** Math.min(attempt, 30));
      attempt += 1;
      return Math.round(ceiling / 2 + (random() * ceiling) / 2);
    },
    reset() {
      attempt = 0;
    },
  };
}
