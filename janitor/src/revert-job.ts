import { messageOf } from '../../src/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Kube } from '../../src/ports/kube.ts';
import type { LeaseHold } from '../../src/runner/lease/lease-hold.ts';
import { revertRun } from '../../src/runner/undo/revert-run.ts';
import { pruneReports, type ReportLine, type RevertReport, writeReport } from './report.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export interface JobOptions {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** Reverts one run and does not stop before nothing of it is left, unless the Lease is lost or the process ends. */
export class RevertJob {
  readonly #options: JobOptions;
  readonly #hold: LeaseHold;
  readonly #actions: ReportLine[] = [];
  readonly #errors: ReportLine[] = [];
  readonly #runId: string;
  readonly #because: string;
  readonly #startedAtMs: number;
  #attempt = 0;

  constructor(runId: string, because: string, hold: LeaseHold, options: JobOptions) {
    this.#runId = runId;
    this.#because = because;
    this.#hold = hold;
    this.#options = { ...options, signal: AbortSignal.any([options.signal, hold.lost]) };
    this.#startedAtMs = options.clock.now();
  }

  /** @throws AbortedError when the Lease was taken away; the signal's reason when aborted. */
  async work(): Promise<void> {
    const { clock, signal } = this.#options;
    await using hold = this.#hold;
    let pauseMs = FIRST_PAUSE_MS;
    while (!(await this.#try())) {
      await clock.sleep(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
    await this.#tell('done');
    await hold.release();
    this.#options.log('run reverted', { run: this.#runId, attempts: this.#attempt });
  }

  /** Resolves to whether nothing of the run is left. */
  async #try(): Promise<boolean> {
    this.#attempt += 1;
    await this.#tell('working');
    const failures = await this.#revert();
    for (const failure of failures) this.#say(this.#errors, failure);
    return failures.length === 0;
  }

  async #revert(): Promise<string[]> {
    const { kube: target, clock, signal } = this.#options;
    const note = (message: string): void => this.#say(this.#actions, message);
    const beforeStep = (): Promise<void> => this.#hold.renew();
    try {
      return await revertRun(this.#runId, { target, clock, signal, note, beforeStep });
    } catch (error: unknown) {
      signal.throwIfAborted();
      return [messageOf(error)];
    }
  }

  #say(lines: ReportLine[], message: string): void {
    lines.push({ atMs: this.#options.clock.now(), attempt: this.#attempt, message });
    this.#options.log(message, { run: this.#runId, attempt: this.#attempt, isError: lines === this.#errors });
  }

  /** A report that cannot be written must not keep anybody from reverting: it is one more error to report. */
  async #tell(state: RevertReport['state']): Promise<void> {
    const { kube, clock } = this.#options;
    try {
      await writeReport(kube, {
        runId: this.#runId,
        because: this.#because,
        state,
        attempts: this.#attempt,
        startedAtMs: this.#startedAtMs,
        updatedAtMs: clock.now(),
        actions: this.#actions,
        errors: this.#errors,
      });
      if (state === 'done') await pruneReports(kube);
    } catch (error: unknown) {
      this.#say(this.#errors, `report not written: ${messageOf(error)}`);
    }
  }
}
