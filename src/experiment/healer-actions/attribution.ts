import type { AuditEntry, AuditLog, Evidence, Target } from '../evidence/evidence.ts';
import { seconds } from '../evidence/interval.ts';
import type { Attribution } from '../result/judgement.ts';
import { foreignRemovals, type HealerAction, isOn, remedies } from './healer-actions.ts';

/** From injection to restoration, or to the end of observation where nothing was restored; epoch ms. */
export interface HealingWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The audit log was read without a gap over the whole window. */
export function auditCovers(audit: AuditLog, window: HealingWindow): boolean {
  return audit.source === 'api-server' && audit.complete && audit.fromMs <= window.fromMs && audit.toMs >= window.toMs;
}

/**
 * Who acted on the targets in the window: by the audit log, or where a cluster gives none by the healer's own word. Of a
 * sequence each fault is asked about by itself, so that what the healer did to one target does not hide what somebody else
 * did to another.
 */
export function attribute(evidence: Evidence, actions: readonly HealerAction[], window: HealingWindow): Attribution {
  const { injection } = evidence;
  const parts = injection?.parts ?? [];
  if (parts.length < 2) return attributeOn(evidence, injection?.targets ?? [], actions, window);
  const each = parts.map(({ requestedAtMs, targets }) =>
    attributeOn(evidence, targets, actions, { ...window, fromMs: requestedAtMs }),
  );
  const [first] = each.toSorted((a, b) => SAYS_MOST.indexOf(a.remediator) - SAYS_MOST.indexOf(b.remediator));
  return first ?? attributeOn(evidence, [], actions, window);
}

/** What is not known of one fault is not made up for by what the healer did about another. */
const SAYS_MOST: readonly Attribution['remediator'][] = ['other', 'unknown', 'healer', 'nobody'];

function attributeOn(
  evidence: Evidence,
  targets: readonly Target[],
  actions: readonly HealerAction[],
  window: HealingWindow,
): Attribution {
  const uids = new Set(targets.map(({ uid }) => uid));
  const own = remedies(evidence, actions).filter((action) => action.target !== null && uids.has(action.target.uid));
  if (evidence.audit.source !== 'api-server') return byOwnWord(evidence, own, window);
  const foreign = foreignRemovals(evidence).filter((entry) => targets.some((target) => isOn(entry, target)));
  return byAuditLog(evidence, own, foreign, window);
}

function byAuditLog(
  evidence: Evidence,
  own: readonly HealerAction[],
  foreign: readonly AuditEntry[],
  window: HealingWindow,
): Attribution {
  const witness = 'audit-log';
  const healerAt = firstTime(own, window);
  const foreignAt = firstTime(foreign, window);
  if (healerAt !== null && (foreignAt === null || healerAt <= foreignAt))
    return { remediator: 'healer', witness, detail: `the healer acted on a target ${since(healerAt, window)}` };
  if (foreignAt !== null) {
    const users = [...new Set(foreign.filter((entry) => isIn(entry, window)).map((entry) => entry.user))].join(', ');
    return { remediator: 'other', witness, detail: `${users} removed a target ${since(foreignAt, window)}` };
  }
  if (isAtTheEdge(own, window, evidence.clockSkewMs)) return { remediator: 'unknown', witness, detail: EDGE };
  if (!auditCovers(evidence.audit, window))
    return { remediator: 'unknown', witness: 'none', detail: `the audit log has gaps: ${evidence.audit.detail}` };
  return { remediator: 'nobody', witness, detail: 'nobody acted on a target between injection and restoration' };
}

function byOwnWord(evidence: Evidence, own: readonly HealerAction[], window: HealingWindow): Attribution {
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

function isIn(action: { readonly atMs: number }, window: HealingWindow): boolean {
  return action.atMs >= window.fromMs && action.atMs <= window.toMs;
}

function firstTime(actions: readonly { readonly atMs: number }[], window: HealingWindow): number | null {
  const times = actions.filter((action) => isIn(action, window)).map((action) => action.atMs);
  return times.length === 0 ? null : Math.min(...times);
}

function isAtTheEdge(actions: readonly HealerAction[], window: HealingWindow, skewMs: number): boolean {
  const wide = { fromMs: window.fromMs - skewMs, toMs: window.toMs + skewMs };
  return actions.some((action) => isIn(action, wide) && !isIn(action, window));
}

function since(atMs: number, window: HealingWindow): string {
  return `${seconds(atMs - window.fromMs)} after the injection began`;
}
