import type { AuditLog, Evidence } from '../evidence/evidence.ts';
import { seconds } from '../evidence/interval.ts';
import type { Attribution } from '../result/judgement.ts';
import { type Deed, foreignRemovals, remedies } from './healer-actions.ts';

/** From injection to restoration, or to the end of observation where nothing was restored; epoch ms. */
export interface HealingWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The audit log was read without a gap over the whole window. */
export function auditCovers(audit: AuditLog, window: HealingWindow): boolean {
  return audit.source === 'api-server' && audit.complete && audit.fromMs <= window.fromMs && audit.toMs >= window.toMs;
}

/** Who acted on the targets in the window: by the audit log, or where a cluster gives none by the healer's own word. */
export function attribute(evidence: Evidence, deeds: readonly Deed[], window: HealingWindow): Attribution {
  const own = remedies(evidence, deeds).filter((deed) => deed.target !== null);
  return evidence.audit.source === 'api-server' ? byAuditLog(evidence, own, window) : byOwnWord(evidence, own, window);
}

function byAuditLog(evidence: Evidence, own: readonly Deed[], window: HealingWindow): Attribution {
  const witness = 'audit-log';
  const healerAt = firstTime(own, window);
  const foreign = foreignRemovals(evidence).filter((entry) => isIn(entry, window));
  const foreignAt = firstTime(foreign, window);
  if (healerAt !== null && (foreignAt === null || healerAt <= foreignAt))
    return { remediator: 'healer', witness, detail: `the healer acted on a target ${since(healerAt, window)}` };
  if (foreignAt !== null) {
    const users = [...new Set(foreign.map((entry) => entry.user))].join(', ');
    return { remediator: 'other', witness, detail: `${users} removed a target ${since(foreignAt, window)}` };
  }
  if (isAtTheEdge(own, window, evidence.clockSkewMs)) return { remediator: 'unknown', witness, detail: EDGE };
  if (!auditCovers(evidence.audit, window))
    return { remediator: 'unknown', witness: 'none', detail: `the audit log has gaps: ${evidence.audit.detail}` };
  return { remediator: 'nobody', witness, detail: 'nobody acted on a target between injection and restoration' };
}

function byOwnWord(evidence: Evidence, own: readonly Deed[], window: HealingWindow): Attribution {
  const witness = 'self-reported';
  const healerAt = firstTime(own, window);
  if (healerAt !== null)
    return {
      remediator: 'healer',
      witness,
      detail: `the healer says that it acted on a target ${since(healerAt, window)}`,
    };
  if (isAtTheEdge(own, window, evidence.clockSkewMs)) return { remediator: 'unknown', witness, detail: EDGE };
  if (evidence.watch.aliveThroughout)
    return {
      remediator: 'nobody',
      witness,
      detail: 'the healer, alive throughout, says that it did not act on a target',
    };
  const detail = `there is no audit log and the healer was not there throughout: ${evidence.watch.detail}`;
  return { remediator: 'unknown', witness: 'none', detail };
}

const EDGE =
  'the healer acted on a target so close to the edge of the window that the clocks cannot tell on which side';

function isIn(deed: { readonly atMs: number }, window: HealingWindow): boolean {
  return deed.atMs >= window.fromMs && deed.atMs <= window.toMs;
}

function firstTime(deeds: readonly { readonly atMs: number }[], window: HealingWindow): number | null {
  const times = deeds.filter((deed) => isIn(deed, window)).map((deed) => deed.atMs);
  return times.length === 0 ? null : Math.min(...times);
}

function isAtTheEdge(deeds: readonly Deed[], window: HealingWindow, skewMs: number): boolean {
  const wide = { fromMs: window.fromMs - skewMs, toMs: window.toMs + skewMs };
  return deeds.some((deed) => isIn(deed, wide) && !isIn(deed, window));
}

function since(atMs: number, window: HealingWindow): string {
  return `${seconds(atMs - window.fromMs)} after the injection began`;
}
