import type { Evidence, Leak } from '../experiment/evidence/evidence.ts';
import type { RepetitionVerdict, TrialRun } from '../experiment/repetition/repetition.ts';
import type { ControlExpectation } from '../experiment/result/control.ts';
import type { Judgement } from '../experiment/result/judgement.ts';
import type { Repeat } from '../scenario/model/scenario.ts';
import type { ImageRecord } from './images.ts';

export const STEPS = [
  'preflight',
  'deploy',
  'gate',
  'inject',
  'prove',
  'observe',
  'recover',
  'verify',
  'collect',
  'clean up',
] as const;
export type Step = (typeof STEPS)[number];

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

export interface Environment {
  readonly healproofVersion: string;
  readonly kubernetesVersion: string;
  readonly prometheusVersion: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly kernel: string;
    readonly runtime: string;
    readonly kubelet: string;
    readonly zone: string | null;
  }[];
  readonly images: readonly ImageRecord[];
}

export interface StepTime {
  readonly step: Step;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: 'ok' | 'failed' | 'skipped';
}

/** `run.json`: everything about one run. */
export interface RunRecord {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly seed: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly exitCode: number;
  readonly skippedBecause: string | null;
  readonly evidence: Evidence;
  readonly judgement: Judgement | null;
  readonly environment: Environment | null;
  readonly steps: readonly StepTime[];
  readonly leaks: readonly Leak[];
  readonly cleanupErrors: readonly string[];
  /** The fault as the author wrote it and as it was injected; null without a fault. */
  readonly manifests: { readonly authored: unknown; readonly injected: unknown } | null;
  /** Raw points behind every probe's selectors. */
  readonly healerLog: readonly string[];
  /** Which of several runs of its scenario this was. */
  readonly repetition?: Turn;
  /** Set where it was made without the healer, beside a run with it: what it must come to. */
  readonly control?: ControlExpectation;
}

/** What the runs of one scenario say together. */
export interface RepetitionView extends RepetitionVerdict {
  readonly scenario: string;
  readonly title: string;
  readonly file: string;
  readonly repeat: Repeat;
  /** Runs of this suite, by id. */
  readonly runs: readonly string[];
  /** Runs before it that count, by id. */
  readonly earlier: readonly string[];
  /** All of them, oldest first. */
  readonly trials: readonly (TrialRun & { readonly isEarlier: boolean })[];
}

/** One of several runs of a scenario in a suite. */
export interface Turn {
  /** From 1. */
  readonly index: number;
  readonly planned: number;
}

/** Told about every event; one that throws is reported and never breaks the run. */
export interface Reporter {
  onEvent(event: RunEvent): void;
}
