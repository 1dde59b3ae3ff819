import type { PodView } from '../../cluster/pod.ts';

/** What Prometheus says about one replica. */
export type SloReading =
  | {
      readonly kind: 'value';
      readonly value: number;
      /** First of the unbroken sick samples up to now, epoch milliseconds; undefined while well. */
      readonly sickSinceMs: number | undefined;
    }
  /** Nobody knows whether the replica is sick. */
  | { readonly kind: 'missing'; readonly reason: string };

/** A firing alert about one replica. */
export interface AlertReading {
  readonly name: string;
  /** By Alertmanager's account, epoch milliseconds. */
  readonly startedAtMs: number;
}

/** Everything a condition is judged by. */
export interface Observation {
  readonly pod: PodView;
  readonly slo?: SloReading | undefined;
  readonly alert?: AlertReading | undefined;
}

/** Judgement of one pod under one condition. */
export type Assessment =
  | { readonly kind: 'healthy'; readonly reason: string }
  /** The symptom is there, but not for long enough; without `untilMs` only a new observation can decide. */
  | {
      readonly kind: 'suspect';
      readonly reason: string;
      readonly sinceMs: number;
      readonly untilMs?: number | undefined;
    }
  | { readonly kind: 'unhealthy'; readonly reason: string; readonly sinceMs: number }
  /** Data that the judgement needs are missing: no action may rest on it. */
  | { readonly kind: 'missing'; readonly reason: string }
  /** The condition has nothing to say about the pod in its present state. */
  | { readonly kind: 'not-applicable'; readonly reason: string; readonly untilMs?: number | undefined };
