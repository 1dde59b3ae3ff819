import type { Condition, CrashLoopCondition, NotReadyCondition, SloSickCondition } from '../../policy/schema.ts';
import type { Assessment, Observation, SloReading } from './observation.ts';
import { type ContainerView, hasEnded, type PodView } from './pod.ts';

/** A container that came back has to run this long before its crashes count as over. */
const STABLE_RUN_MS = 10_000;

/** Judges one pod under one condition at `nowMs` (epoch milliseconds). Pure. */
export function classify(observation: Observation, condition: Condition, nowMs: number): Assessment {
  const { pod } = observation;
  if (pod.terminating) return { kind: 'not-applicable', reason: 'the pod is being deleted' };
  if (hasEnded(pod)) return { kind: 'not-applicable', reason: `the pod has ended (${pod.phase})` };
  switch (condition.type) {
    case 'SloSick':
      return classifySlo(pod, observation.slo, condition, nowMs);
    case 'NotReady':
      return classifyReadiness(pod, condition, nowMs);
    case 'CrashLoop':
      return classifyCrashes(pod, condition, nowMs);
    default:
      return condition satisfies never;
  }
}

function classifySlo(
  pod: PodView,
  slo: SloReading | undefined,
  condition: SloSickCondition,
  nowMs: number,
): Assessment {
  if (!pod.ready) return { kind: 'not-applicable', reason: 'the pod is not Ready, so its callers are not asked' };
  const countsFromMs = (pod.readyChangedAtMs ?? nowMs) + condition.graceMs;
  if (nowMs < countsFromMs) {
    return { kind: 'not-applicable', reason: 'the pod became Ready only now', untilMs: countsFromMs };
  }
  if (slo === undefined) return { kind: 'missing', reason: 'no measurement of the replica yet' };
  if (slo.kind === 'missing') return slo;
  const measured = `${round(slo.value)}, sick when ${condition.threshold.text}`;
  if (slo.sickSinceMs === undefined) return { kind: 'healthy', reason: `SLO value ${measured}` };
  const sinceMs = Math.max(slo.sickSinceMs, countsFromMs);
  return held(sinceMs, condition.forMs, nowMs, `Ready, but its SLO value is ${measured}`);
}

function classifyReadiness(pod: PodView, condition: NotReadyCondition, nowMs: number): Assessment {
  if (pod.ready) return { kind: 'healthy', reason: 'Ready' };
  const sinceMs = pod.notReadySinceMs ?? nowMs;
  return pod.wasReady
    ? held(sinceMs, condition.forMs, nowMs, 'not Ready')
    : held(sinceMs, condition.startupMs, nowMs, 'not Ready since its start');
}

function classifyCrashes(pod: PodView, condition: CrashLoopCondition, nowMs: number): Assessment {
  const crashing = pod.containers.find((container) => crashes(container, nowMs));
  if (crashing === undefined) return { kind: 'healthy', reason: 'no container crashes' };
  const reason = `container ${crashing.name} failed and was restarted ${crashing.restarts} times`;
  const enough = crashing.restarts >= condition.restarts;
  if (enough && crashing.waitingReason === 'CrashLoopBackOff') return { kind: 'unhealthy', reason, sinceMs: nowMs };
  const untilMs = crashing.runningSinceMs === undefined ? undefined : crashing.runningSinceMs + STABLE_RUN_MS;
  return { kind: 'suspect', reason, sinceMs: nowMs, untilMs };
}

function crashes(container: ContainerView, nowMs: number): boolean {
  if (container.waitingReason === 'CrashLoopBackOff') return true;
  if (!container.lastEndFailed || container.restarts === 0) return false;
  return container.runningSinceMs === undefined || nowMs - container.runningSinceMs < STABLE_RUN_MS;
}

function held(sinceMs: number, forMs: number, nowMs: number, symptom: string): Assessment {
  const heldMs = nowMs - sinceMs;
  if (heldMs < forMs) {
    return { kind: 'suspect', reason: `${symptom} for ${seconds(heldMs)}`, sinceMs, untilMs: sinceMs + forMs };
  }
  return { kind: 'unhealthy', reason: `${symptom} for ${seconds(heldMs)}, at least ${seconds(forMs)}`, sinceMs };
}

function seconds(ms: number): string {
  return `${Math.max(0, ms / 1000).toFixed(1)} s`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
