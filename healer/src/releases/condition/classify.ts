import { isComplete } from '../../cluster/rollout.ts';
import type { HelmRules, ReleaseCondition } from '../../policy/helm-conditions.ts';
import { isPending, type ReleaseRevision } from '../secrets/release.ts';
import type { WorkloadReading } from './workload-reading.ts';
import { judgeRollout } from './workload-reading.ts';

/** Everything a release is judged by. */
export interface ReleaseObservation {
  /** The newest revision. */
  readonly latest: ReleaseRevision;
  /** Its workloads were rolled out completely once: what happens to its pods later is no bad upgrade. */
  readonly knownGood: boolean;
  readonly workloads: readonly WorkloadReading[];
}

export type ReleaseAssessment =
  | {
      readonly kind: 'healthy';
      readonly reason: string /** Its workloads are rolled out and all pods are available. */;
      readonly whole: boolean;
    }
  | { readonly kind: 'suspect'; readonly reason: string; readonly untilMs: number }
  | {
      readonly kind: 'unhealthy';
      readonly condition: ReleaseCondition;
      readonly reason: string;
      readonly sinceMs: number;
    }
  /** Data that the judgement needs are missing: no action may rest on it. */
  | { readonly kind: 'missing'; readonly reason: string };

/** Judges the newest revision of a release at `nowMs` (epoch milliseconds). Pure. */
export function classifyRelease(observation: ReleaseObservation, rules: HelmRules, nowMs: number): ReleaseAssessment {
  const { latest } = observation;
  const { status, changedAtMs, createdAtMs } = latest;
  if (isPending(status)) {
    return held('ReleasePending', status, createdAtMs, changedAtMs, rules.pendingStaleAfterMs, nowMs);
  }
  if (status === 'failed')
    return held('ReleaseFailed', describeFailure(latest), createdAtMs, changedAtMs, rules.failedForMs, nowMs);
  if (status !== 'deployed') return { kind: 'healthy', reason: `it is ${status}`, whole: false };
  return classifyDeployed(observation, rules, nowMs);
}

function held(
  condition: ReleaseCondition,
  symptom: string,
  createdAtMs: number,
  changedAtMs: number,
  forMs: number,
  nowMs: number,
): ReleaseAssessment {
  const sinceMs = Math.max(createdAtMs, changedAtMs);
  const lastedMs = Math.max(0, nowMs - sinceMs);
  const reason = `${symptom} for ${seconds(lastedMs)}`;
  if (lastedMs < forMs) return { kind: 'suspect', reason, untilMs: sinceMs + forMs };
  return { kind: 'unhealthy', condition, reason: `${reason}, at least ${seconds(forMs)}`, sinceMs };
}

function classifyDeployed(
  { latest, knownGood, workloads }: ReleaseObservation,
  rules: HelmRules,
  nowMs: number,
): ReleaseAssessment {
  const judged = workloads.map((reading) => judgeRollout(reading, rules.stalledAfterMs, nowMs));
  const unfinished = judged.filter(({ kind }) => kind !== 'done');
  if (unfinished.length === 0) {
    const whole = judged.some((each) => each.kind === 'done' && each.whole) && !workloads.some(isBehind);
    return { kind: 'healthy', reason: 'none of its workloads is being rolled out', whole };
  }
  if (knownGood) return { kind: 'healthy', reason: 'it was rolled out completely before', whole: false };
  const deadlineMs = latest.changedAtMs + rules.readyWithinMs;
  const [first] = unfinished;
  if (nowMs < deadlineMs) return { kind: 'suspect', reason: first?.reason ?? '', untilMs: deadlineMs };
  const broken = unfinished.find(({ kind }) => kind === 'broken');
  if (broken !== undefined) {
    const reason = `not rolled out ${seconds(nowMs - latest.changedAtMs)} after it was deployed, at most ${seconds(rules.readyWithinMs)}: ${broken.reason}`;
    return { kind: 'unhealthy', condition: 'ReleaseUnready', reason, sinceMs: deadlineMs };
  }
  const missing = unfinished.find(({ kind }) => kind === 'missing');
  if (missing !== undefined) return { kind: 'missing', reason: missing.reason };
  const slow = unfinished.flatMap((each) => (each.kind === 'progressing' ? [each] : []));
  const untilMs = Math.min(...slow.map((each) => each.untilMs));
  return { kind: 'suspect', reason: `slow, but not broken: ${slow[0]?.reason ?? ''}`, untilMs };
}

/** On hold is no proof for or against; a workload that lacks pods is one against. */
function isBehind({ rollout }: WorkloadReading): boolean {
  return rollout === undefined || !(rollout.onHold || isComplete(rollout));
}

function describeFailure({ description }: ReleaseRevision): string {
  return `failed (${description.slice(0, 200)})`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
