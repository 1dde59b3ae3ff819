import type { PodView } from '../../cluster/pod.ts';
import type { SLOAlertCondition } from '../../policy/schema.ts';
import { askedSince } from './asked-since.ts';
import type { AlertReading, Assessment } from './observation.ts';

/** A replica that Ready says is well and an alert says is not. How long it must last is the alert's own business. */
export function classifyAlert(
  pod: PodView,
  alert: AlertReading | undefined,
  condition: SLOAlertCondition,
  nowMs: number,
): Assessment {
  const asked = askedSince(pod, condition.graceMs, nowMs);
  if (typeof asked !== 'number') return asked;
  if (alert === undefined) return { kind: 'healthy', reason: `no alert ${condition.alert} about it` };
  const since = new Date(alert.startedAtMs).toISOString();
  const reason = `Ready, but alert ${alert.name} has been firing about it since ${since}`;
  return { kind: 'unhealthy', reason, sinceMs: Math.min(alert.startedAtMs, nowMs) };
}
