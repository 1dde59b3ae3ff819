import { messageOf } from '../../errors.ts';
import type { Step, StepTime } from '../../experiment/run-record/run-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Reporter, RunEvent } from '../../ports/reporter.ts';

/** Tells the reporter what happens and keeps the times of the steps. */
export class Recorder {
  readonly steps: StepTime[] = [];
  readonly #clock: Clock;
  readonly #reporter: Reporter;

  constructor(clock: Clock, reporter: Reporter) {
    this.#clock = clock;
    this.#reporter = reporter;
  }

  now(): number {
    return this.#clock.now();
  }

  emit(event: RunEvent): void {
    this.#reporter.onEvent(event);
  }

  note(message: string): void {
    this.emit({ type: 'note', atMs: this.now(), message });
  }

  fact(what: string, data: unknown): void {
    this.emit({ type: 'fact', atMs: this.now(), what, data });
  }

  /** Runs one step of the experiment; its beginning and end are recorded whatever happens. */
  async step<T>(step: Step, work: () => Promise<T>): Promise<T> {
    const startedAtMs = this.now();
    this.emit({ type: 'step-started', atMs: startedAtMs, step });
    try {
      const result = await work();
      this.#end(step, startedAtMs, 'ok');
      return result;
    } catch (error: unknown) {
      this.#end(step, startedAtMs, 'failed', messageOf(error));
      throw error;
    }
  }

  #end(step: Step, startedAtMs: number, outcome: StepTime['outcome'], message?: string): void {
    const endedAtMs = this.now();
    this.steps.push({ step, startedAtMs, endedAtMs, outcome });
    this.emit({ type: 'step-ended', atMs: endedAtMs, step, outcome, ...(message === undefined ? {} : { message }) });
  }
}
