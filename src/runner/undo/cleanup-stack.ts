import { messageOf, WaitTimeoutError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';

export interface CleanupStep {
  readonly what: string;
  /** Must be safe to call twice, and when what it undoes was never done. */
  undo(signal: AbortSignal): Promise<void>;
  readonly timeoutMs: number;
}

/**
 * Ways back, taken last in first out. Each is registered before the change it reverts, has a deadline of its own, and
 * runs whatever happened to the others: an abort of the run does not reach it.
 */
export class CleanupStack {
  readonly #steps: CleanupStep[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  push(step: CleanupStep): void {
    this.#steps.push(step);
  }

  /** Takes everything back; returns the failures instead of throwing so that none hides another. */
  async unwind(onStep: (what: string) => void): Promise<string[]> {
    const failures: string[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      onStep(step.what);
      const failure = await this.#run(step);
      if (failure !== null) failures.push(`${step.what}: ${failure}`);
    }
    return failures;
  }

  async #run(step: CleanupStep): Promise<string | null> {
    const deadline = new AbortController();
    const done = new AbortController();
    const late = this.#clock
      .sleep(step.timeoutMs, done.signal)
      .then(() => deadline.abort(new WaitTimeoutError(step.what, step.timeoutMs, 'still running')))
      .catch((reason: unknown) => {
        if (!done.signal.aborted) throw reason;
      });
    try {
      await Promise.race([step.undo(deadline.signal), rejectOn(deadline.signal)]);
      return null;
    } catch (error: unknown) {
      return messageOf(error);
    } finally {
      done.abort();
      await late;
    }
  }
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
