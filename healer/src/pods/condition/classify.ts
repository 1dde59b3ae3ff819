import type { ContainerView } from '../../cluster/container.ts';
import { hasEnded, type PodView } from '../../cluster/pod.ts';
import type {
  Condition,
  CrashLoopCondition,
  NotReadyCondition,
  OOMLoopCondition,
  SLOViolationCondition,
} from '../../policy/schema.ts';
import { askedSince } from './asked-since.ts';
import { classifyAlert } from './classify-alert.ts';
import {
  classifyCreating,
  classifyImage,
  classifyLeftover,
  classifyPending,
  classifyTerminating,
} from './classify-stuck.ts';
import { held, round } from './held.ts';
import type { Assessment, Observation, SloReading } from './observation.ts';

/** A container that came back has to run this long before its crashes count as over. */
const STABLE_RUN_MS = 10_000;
const OOM_KILLED = 'OOMKilled';

/** Judges one pod under one condition at `nowMs` (epoch milliseconds). Pure. */
export function classify(observation: Observation, condition: Condition, nowMs: number): Assessment {
  const { pod } = observation;
  if (condition.type === 'StuckTerminating') return classifyTerminating(pod, condition, nowMs);
  if (pod.terminating) return { kind: 'not-applicable', reason: 'the pod is being deleted' };
  if (condition.type === 'FailedPod') return classifyLeftover(pod, condition, nowMs);
  if (hasEnded(pod)) return { kind: 'not-applicable', reason: `the pod has ended (${pod.phase})` };
  switch (condition.type) {
    case 'SLOViolation':
      return classifySlo(pod, observation.slo, condition, nowMs);
    case 'SLOAlert':
      return classifyAlert(pod, observation.alert, condition, nowMs);
    case 'NotReady':
      return classifyReadiness(pod, condition, nowMs);
    case 'CrashLoop':
      return classifyCrashes(pod, condition, nowMs);
    case 'OOMLoop':
      return classifyCrashes(pod, condition, nowMs, OOM_KILLED);
    case 'ImagePullFailure':
      return classifyImage(pod, condition, nowMs);
    case 'StuckPending':
      return classifyPending(pod, condition, nowMs);
    case 'StuckCreating':
      return classifyCreating(pod, condition, nowMs);
    default:
      return condition.type satisfies never;
  }
}

function classifySlo(
  pod: PodView,
  slo: SloReading | undefined,
  condition: SLOViolationCondition,
  nowMs: number,
): Assessment {
  const asked = askedSince(pod, condition.graceMs, nowMs);
  if (typeof asked !== 'number') return asked;
  if (slo === undefined) return { kind: 'missing', reason: 'no measurement of the replica yet' };
  if (slo.kind === 'missing') return slo;
  const measured = `${round(slo.value)}, sick when ${condition.threshold.text}`;
  if (slo.sickSinceMs === undefined) return { kind: 'healthy', reason: `SLO value ${measured}` };
  const sinceMs = Math.max(slo.sickSinceMs, asked);
  return held(sinceMs, condition.forMs, nowMs, `Ready, but its SLO value is ${measured}`);
}

function classifyReadiness(pod: PodView, condition: NotReadyCondition, nowMs: number): Assessment {
  if (pod.ready) return { kind: 'healthy', reason: 'Ready' };
  const sinceMs = pod.notReadySinceMs ?? nowMs;
  return pod.wasReady
    ? held(sinceMs, condition.forMs, nowMs, 'not Ready')
    : held(sinceMs, condition.startupMs, nowMs, 'not Ready since its start');
}

/** Counts all ends in failure, or only those that the kubelet calls `endReason`. */
function classifyCrashes(
  pod: PodView,
  condition: CrashLoopCondition | OOMLoopCondition,
  nowMs: number,
  endReason?: string,
): Assessment {
  const crashing = pod.containers.find((container) => crashes(container, nowMs, endReason));
  if (crashing === undefined) return { kind: 'healthy', reason: 'no container crashes' };
  const how = endReason === OOM_KILLED ? 'was killed for its memory' : 'failed';
  const reason = `container ${crashing.name} ${how} and was restarted ${crashing.restarts} times`;
  const enough = crashing.restarts >= condition.restarts;
  if (enough && crashing.waitingReason === 'CrashLoopBackOff') return { kind: 'unhealthy', reason, sinceMs: nowMs };
  const untilMs = crashing.runningSinceMs === undefined ? undefined : crashing.runningSinceMs + STABLE_RUN_MS;
  return { kind: 'suspect', reason, sinceMs: nowMs, untilMs };
}

function crashes(container: ContainerView, nowMs: number, endReason: string | undefined): boolean {
  if (endReason !== undefined && container.lastEndReason !== endReason) return false;
  if (container.waitingReason === 'CrashLoopBackOff') return true;
  if (!container.lastEndFailed || container.restarts === 0) return false;
  return container.runningSinceMs === undefined || nowMs - container.runningSinceMs < STABLE_RUN_MS;
}
