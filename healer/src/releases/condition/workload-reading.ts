import type { ContainerView } from '../../cluster/container.ts';
import { isComplete, type RolloutView } from '../../cluster/rollout.ts';
import type { ReleaseWorkload } from '../secrets/manifest.ts';

/** A workload of a release as the watches show it. */
export interface WorkloadReading {
  readonly workload: ReleaseWorkload;
  /** Undefined while the workload is not there. */
  readonly rollout: RolloutView | undefined;
  /** When the healer last saw the rollout move, epoch milliseconds. */
  readonly movedAtMs: number;
  /** Pods of the newest revision. */
  readonly newPods: readonly { readonly name: string; readonly containers: readonly ContainerView[] }[];
}

export type RolloutJudgement =
  /** `whole`: every pod is new and available now, which proves that the content works. */
  | { readonly kind: 'done'; readonly reason: string; readonly whole: boolean }
  /** It goes on, or may still; without a sign of life until then it counts as broken. */
  | { readonly kind: 'progressing'; readonly reason: string; readonly untilMs: number }
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** What waits for a change of the spec, not for time. */
const BROKEN_WAITING = [
  'CrashLoopBackOff',
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
];

/** Tells a rollout that is done from a slow and a broken one. Pure; `stalledAfterMs` holds where the workload has no deadline. */
export function judgeRollout(reading: WorkloadReading, stalledAfterMs: number, nowMs: number): RolloutJudgement {
  const { workload, rollout, newPods, movedAtMs } = reading;
  const name = `${workload.kind} ${workload.namespace}/${workload.name}`;
  if (rollout === undefined) return { kind: 'missing', reason: `${name} is not there` };
  if (rollout.onHold) return { kind: 'done', reason: `${name} is on hold`, whole: false };
  if (isComplete(rollout)) return { kind: 'done', reason: `${name} is rolled out`, whole: true };
  // Kubernetes leaves this mark where it takes an old ReplicaSet up again, so old pods must be gone as well.
  if (rollout.observed && rollout.wasComplete && rollout.total <= rollout.updated && rollout.updated > 0) {
    return { kind: 'done', reason: `${name} was rolled out before`, whole: false };
  }
  const state = `${rollout.updated} of ${rollout.desired} pods of ${name} are new, ${rollout.available} are available`;
  const crash = newPods.flatMap((pod) => brokenContainers(pod.name, pod.containers))[0];
  if (crash !== undefined) return { kind: 'broken', reason: `${state}; ${crash}` };
  if (rollout.deadlineExceeded) return { kind: 'broken', reason: `${state}; its progress deadline has passed` };
  const allowedMs = rollout.progressDeadlineMs ?? stalledAfterMs;
  const untilMs = Math.max(movedAtMs, rollout.progressedAtMs ?? 0) + allowedMs;
  // A Deployment's own controller says when its deadline has passed.
  if (nowMs >= untilMs && rollout.progressDeadlineMs === undefined) {
    return { kind: 'broken', reason: `${state}; nothing has moved for ${allowedMs / 1000} s` };
  }
  return { kind: 'progressing', reason: state, untilMs: Math.max(untilMs, nowMs + 1_000) };
}

function brokenContainers(pod: string, containers: readonly ContainerView[]): string[] {
  return containers.flatMap(({ name, waitingReason = '', restarts }) =>
    BROKEN_WAITING.includes(waitingReason)
      ? [`container ${name} of pod ${pod} is in ${waitingReason} after ${restarts} restarts`]
      : [],
  );
}
