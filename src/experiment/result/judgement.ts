import type { Instant } from '../evidence/evidence.ts';
import type { Span } from '../evidence/interval.ts';
import type { ReasonCode } from './reason-codes.ts';
import type { SignalResult } from './signal-result.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

export interface Reason {
  readonly code: ReasonCode;
  /** A sentence with the numbers it rests on. */
  readonly message: string;
}

export interface Timeline {
  readonly injectedAt: Instant | null;
  /** First probe out of tolerance. */
  readonly impactedAt: Instant | null;
  readonly detectedAt: Instant | null;
  readonly decidedAt: Instant | null;
  readonly actedAt: Instant | null;
  readonly restoredAt: Instant | null;
  readonly stableAt: Instant | null;
}

export const PHASES = ['detect', 'decide', 'act', 'restore'] as const;
export type Phase = (typeof PHASES)[number];

export interface PhaseResult {
  readonly phase: Phase;
  /** Null where one of its ends is unknown. */
  readonly took: Span | null;
  readonly resolutionMs: number;
  readonly budgetMs: number | null;
  readonly outcome: 'met' | 'exceeded' | 'unknown' | 'no-budget';
  /** Without a budget of its own, `decide` is part of `act`: do not add the two up. */
  readonly countedInto?: Phase;
}

/** How one fault of a sequence was recovered from, counted from its own injection. */
export interface RecoveryFrom {
  /** Null where nothing left tolerance because of it, or nothing was restored. */
  readonly took: Span | null;
  readonly outcome: 'never-left' | 'met' | 'exceeded' | 'within-resolution' | 'not-restored';
}

/** Who acted on the targets, and who says so. */
export interface Attribution {
  readonly remediator: 'healer' | 'other' | 'nobody' | 'unknown';
  readonly witness: 'audit-log' | 'self-reported' | 'none';
  readonly detail: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Most important first; empty only for a pass. */
  readonly reasons: readonly Reason[];
  /** Fault proven, probes never left tolerance; recovery time is then absent, not 0. */
  readonly absorbed: boolean;
  /** Seen by a witness on every target; false for a control run, which has nothing to prove. */
  readonly faultProven: boolean;
  readonly timeline: Timeline;
  readonly phases: readonly PhaseResult[];
  /** Injected to restored, of a sequence the worst; null where nothing was restored or nothing ever left tolerance. */
  readonly recovery: Span | null;
  /** Of a sequence: the recovery from each of its faults, in order. */
  readonly recoveries?: readonly RecoveryFrom[];
  readonly attribution: Attribution;
  /** One for each claim about alerts and messages; undefined where there is none. */
  readonly signals?: readonly SignalResult[];
  /** Only with the healer switched off: did the control do what a control must do? */
  readonly controlHolds: boolean | null;
  /** Remarks that change nothing about the verdict, e.g. injector and witness disagree. */
  readonly remarks: readonly string[];
}
