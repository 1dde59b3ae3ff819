import type { Evidence, Leak } from '../evidence/evidence.ts';
import type { ControlExpectation } from '../result/control.ts';
import type { Judgement } from '../result/judgement.ts';
import type { Environment } from './environment.ts';

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

export interface StepTime {
  readonly step: Step;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: 'ok' | 'failed' | 'skipped';
}

/** One of several runs of a scenario in a suite. */
export interface Turn {
  /** From 1. */
  readonly index: number;
  readonly planned: number;
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
  /** What the healer's replicas wrote while the run went on, a line each, as it came. */
  readonly healerLog: readonly string[];
  /** Which of several runs of its scenario this was. */
  readonly repetition?: Turn;
  /** Set where it was made without the healer, beside a run with it: what it must come to. */
  readonly control?: ControlExpectation;
}
