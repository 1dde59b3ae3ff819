import type { HealerRecord } from '../../../healer/src/names.ts';
import type { Evidence, Injection, Instant } from '../evidence/evidence.ts';
import { instant, seconds } from '../evidence/interval.ts';
import { firstEffect } from '../fault/proof.ts';
import { type HealerAction, remedies } from '../healer-actions/healer-actions.ts';
import { type Course, restoredAt } from '../probes/recovery-window.ts';
import type { TimeSeries } from '../probes/time-series.ts';
import type { Timeline } from '../result/judgement.ts';

/** Chaos Mesh cuts its stamps to whole seconds. */
const STAMP_MS = 1_000;

/** From just before the first mutating call to the first sign of the fault; null without any sign of it. */
export function injectedAt(injection: Injection | null, clockSkewMs: number): Instant | null {
  if (injection === null || injection.acceptedAtMs === null) return null;
  const fromMs = injection.requestedAtMs;
  const effects = injection.targets.flatMap((target) => firstEffect(injection, target)?.atMs ?? []);
  const stamps = injection.events
    .filter((event) => event.operation === 'Apply' && event.outcome === 'Succeeded')
    .map((event) => event.atMs + STAMP_MS + clockSkewMs)
    .filter((latestMs) => latestMs >= fromMs);
  const signs = [...effects, ...stamps];
  return signs.length === 0 ? null : instant(fromMs, Math.min(...signs));
}

/**
 * First probe out of tolerance. Each probe truly left at most its resolution before it was seen out, so a slow one that is
 * seen later may have been the first; none left before the injection began.
 */
function impactedAt(course: Course, timeSeries: readonly TimeSeries[], startMs: number): Instant | null {
  if (course.departedAtMs === null) return null;
  const bounds = timeSeries.flatMap((track) => {
    const seen = track.points.find((point) => point.state === 'out' && point.atMs >= startMs);
    return seen === undefined ? [] : [seen.atMs - track.resolutionMs];
  });
  return instant(Math.max(startMs, Math.min(course.departedAtMs, ...bounds)), course.departedAtMs);
}

/** End of the stretch that counts as recovered. */
function stableAt(course: Course, stableForMs: number): Instant | null {
  const restored = restoredAt(course);
  if (restored === null || course.stableSeenAtMs === null) return null;
  return instant(Math.min(restored.earliestMs + stableForMs, course.stableSeenAtMs), course.stableSeenAtMs);
}

export interface HealerMoments {
  readonly detectedAt: Instant | null;
  readonly decidedAt: Instant | null;
  readonly actedAt: Instant | null;
  readonly remarks: readonly string[];
}

/**
 * When the healer noticed, decided and acted, within `fromMs … toMs` (epoch ms). With several targets each moment is the
 * last one's, because the claim is about all of them; of several actions on one target the first counts.
 */
export function healerMoments(
  evidence: Evidence,
  actions: readonly HealerAction[],
  fromMs: number,
  toMs: number,
): HealerMoments {
  const own = firstPerTarget(remedies(evidence, actions).filter((d) => d.atMs >= fromMs && d.atMs <= toMs));
  const records = own.flatMap((action) => action.record ?? []);
  const noticed = own.length > 0 ? records : firstNotices(evidence, toMs);
  const young = noticed.filter((record) => record.detectedAtMs >= fromMs - evidence.clockSkewMs);
  const complete = own.length === records.length && young.length === noticed.length;
  const decided = young.flatMap((record) => record.decidedAtMs ?? []);
  return {
    detectedAt: complete ? lastOf(young.map((record) => record.detectedAtMs)) : null,
    decidedAt: complete && decided.length === young.length ? lastOf(decided) : null,
    actedAt: lastOf(own.map((action) => action.atMs)),
    remarks: contradictions(evidence, actions, own, fromMs),
  };
}

function lastOf(times: readonly number[]): Instant | null {
  return times.length === 0 ? null : instant(Math.max(...times));
}

function firstPerTarget(actions: readonly HealerAction[]): HealerAction[] {
  const first = new Map<string, HealerAction>();
  for (const action of actions)
    if (action.target !== null && !first.has(action.target.uid)) first.set(action.target.uid, action);
  return [...first.values()];
}

/** Where nobody acted, the first notice of each target still says when it was detected. */
function firstNotices(evidence: Evidence, toMs: number): HealerRecord[] {
  const uids = new Set((evidence.injection?.targets ?? []).map((target) => target.uid));
  const first = new Map<string, HealerRecord>();
  for (const record of evidence.watch.records) {
    if (!uids.has(record.target.uid) || record.stage === 'resolved' || record.detectedAtMs > toMs) continue;
    const known = first.get(record.target.uid);
    if (known === undefined || record.detectedAtMs < known.detectedAtMs) first.set(record.target.uid, record);
  }
  return [...first.values()];
}

/** Two accounts of one action may differ by this much, ms, beside clock skew. */
const AGREEMENT_MS = 1_000;

function contradictions(
  evidence: Evidence,
  actions: readonly HealerAction[],
  own: readonly HealerAction[],
  fromMs: number,
): string[] {
  if (evidence.audit.source === 'none') return [];
  const remarks = own.flatMap((action) => contradiction(action, evidence.clockSkewMs, fromMs));
  for (const action of actions) {
    if (action.witness === 'audit-log' || !action.accepted || action.types.includes('Notify')) continue;
    remarks.push(
      `the healer says ${action.types.join()} on ${action.name}, the audit log has no such write; the log is believed`,
    );
  }
  return remarks;
}

function contradiction(action: HealerAction, skewMs: number, fromMs: number): string[] {
  const what = `${action.types.join(' or ')} on ${action.name}`;
  if (action.record === null) return [`the audit log shows ${what}, the healer keeps no record of it`];
  const { actedAtMs, detectedAtMs, decidedAtMs } = action.record;
  const remarks: string[] = [];
  const toldMs = actedAtMs ?? action.atMs;
  const apartMs = Math.max(action.atMs - toldMs, toldMs - action.endedAtMs, 0);
  if (apartMs > AGREEMENT_MS + skewMs)
    remarks.push(`${what}: the healer and the audit log are ${seconds(apartMs)} apart; the log is believed`);
  if (detectedAtMs < fromMs - skewMs) remarks.push(`${what}: the healer's incident is older than the fault`);
  if (decidedAtMs !== undefined && (decidedAtMs < detectedAtMs || decidedAtMs > action.atMs + AGREEMENT_MS + skewMs))
    remarks.push(`${what}: the healer's times are not in order`);
  return remarks;
}

/** All seven moments; each is null where nothing tells it. Every time is on the clock of its own witness. */
export function timelineOf(
  evidence: Evidence,
  course: Course,
  timeSeries: readonly TimeSeries[],
  healer: HealerMoments,
): Timeline {
  const injected = injectedAt(evidence.injection, evidence.clockSkewMs);
  const startMs = evidence.injection?.requestedAtMs ?? evidence.observedFromMs;
  return {
    injectedAt: injected,
    impactedAt: impactedAt(course, timeSeries, startMs),
    detectedAt: healer.detectedAt,
    decidedAt: healer.decidedAt,
    actedAt: healer.actedAt,
    restoredAt: restoredAt(course),
    stableAt: stableAt(course, evidence.scenario.recovery.stableForMs),
  };
}
