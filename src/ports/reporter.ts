import type { Step } from '../experiment/run-record/run-record.ts';

/** What happens during a run, as it happens. Also what the journal holds, one JSON line each. */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly atMs: number;
      readonly runId: string;
      readonly scenario: string;
      readonly title: string;
      readonly seed: number;
      /** Told where the healer is away. */
      readonly healer?: 'off';
    }
  | { readonly type: 'step-started'; readonly atMs: number; readonly step: Step; readonly message?: string }
  | {
      readonly type: 'step-ended';
      readonly atMs: number;
      readonly step: Step;
      readonly outcome: 'ok' | 'failed' | 'skipped';
      readonly message?: string;
    }
  | { readonly type: 'note'; readonly atMs: number; readonly message: string }
  /** Facts for the journal alone: samples, sightings, readings, undo records. */
  | { readonly type: 'fact'; readonly atMs: number; readonly what: string; readonly data: unknown }
  | { readonly type: 'run-ended'; readonly atMs: number; readonly runId: string; readonly exitCode: number };

/** The fact that tells a sample of a probe which cannot be asked about the past. */
export const LIVE_SAMPLE = 'live-sample';

/** Told about every event; one that throws is reported and never breaks the run. */
export interface Reporter {
  onEvent(event: RunEvent): void;
}
