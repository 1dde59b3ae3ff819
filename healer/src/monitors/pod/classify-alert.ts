import type { SloAlertCondition } from '../../policy/schema.ts';
import type { AlertReading, Assessment } from './observation.ts';
import type { PodView } from './pod.ts';

/** A replica that Ready says is well and an alert says is not. How long it must last is the alert's own business. */
export function classifyAlert(
  pod: PodView,
  alert: AlertReading | undefined,
  condition: SloAlertCondition,
  nowMs: number,
): Assessment {
  if (!pod.ready) return { kind: 'not-applicable', reason: 'the pod is not Ready, so its callers are not asked' };
  const countsFromMs = (pod.readyChangedAtMs ?? nowMs) + condition.graceMs;
  if (nowMs < countsFromMs) {
    return { kind: 'not-applicable', reason: 'the pod became Ready only now', untilMs: countsFromMs };
  }
  if (alert === undefined) return { kind: 'healthy', reason: `no alert ${condition.alert} about it` };
  const since = new Date(alert.startedAtMs).toISOString();
  const reason = `Ready, but alert ${alert.name} has been firing about it since ${since}`;
  return { kind: 'unhealthy', reason, sinceMs: Math.min(alert.startedAtMs, nowMs) };
}
