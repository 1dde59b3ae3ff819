/** Time as the healer sees it, passed in so that tests own it. */
export interface Clock {
  /** Epoch milliseconds, for records. */
  nowMs(): number;
  /** Milliseconds on a clock that never jumps, for leases and ages. */
  monotonicMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
