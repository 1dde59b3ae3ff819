/** Time as the runner sees it; every wait goes through here so that tests own the time. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds of a clock that nobody can set. Only the time between two readings means anything. */
  steadyMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
