import type { ActionType } from '../../../healer/src/names.ts';
import { counted } from '../../counted.ts';
import type { ExpectedAction } from '../../scenario/model/scenario.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Reason } from '../result/judgement.ts';
import { auditCovers, type HealingWindow } from './attribution.ts';
import type { HealerAction } from './healer-actions.ts';
import { type Likeness, labelLikeness, labelText } from './label-likeness.ts';

/** What is refuted, and what could not be found out. */
export interface Findings {
  readonly refuted: readonly Reason[];
  readonly unknown: readonly Reason[];
}

/**
 * Null where somebody would have seen it: audit log complete and healer alive over the whole window. Only then does
 * "it did not happen" mean anything.
 */
export function watcherAbsent(evidence: Evidence, window: HealingWindow): string | null {
  const { audit, watch } = evidence;
  if (!auditCovers(audit, window)) return `the audit log does not cover the run without a gap: ${audit.detail}`;
  return watch.aliveThroughout ? null : `the healer was not seen alive throughout: ${watch.detail}`;
}

/** Claims that the healer did not do something, or not more often than so many times. */
export function actionFindings(evidence: Evidence, actions: readonly HealerAction[], window: HealingWindow): Findings {
  const inWindow = actions.filter((action) => action.atMs >= window.fromMs && action.atMs <= window.toMs);
  const { expectActions, forbidActions } = evidence.scenario.recovery;
  const parts = expectActions.map((expected) => expectation(evidence, inWindow, expected, window));
  if (forbidActions.length > 0) parts.push(prohibition(evidence, inWindow, window));
  if (isControlRun(evidence)) parts.push(idleness(evidence, inWindow, window));
  return { refuted: parts.flatMap((part) => part.refuted), unknown: parts.flatMap((part) => part.unknown) };
}

function isControlRun({ scenario }: Evidence): boolean {
  return scenario.fault.type === 'none' && scenario.recovery.by === 'none';
}

function refuted(code: Reason['code'], message: string): Findings {
  return { refuted: [{ code, message }], unknown: [] };
}

function unknown(message: string): Findings {
  return { refuted: [], unknown: [{ code: 'WATCHER_ABSENT', message }] };
}

const NOTHING: Findings = { refuted: [], unknown: [] };

function expectation(
  evidence: Evidence,
  actions: readonly HealerAction[],
  expected: ExpectedAction,
  window: HealingWindow,
): Findings {
  const told = expected.type === 'Notify' || evidence.audit.source === 'none' ? 'self-reported' : 'audit-log';
  const matches = actions
    .filter((action) => action.witness === told && action.accepted)
    .map((action) => likeness(action, expected));
  const certain = matches.filter((match) => match === 'yes').length;
  const possible = certain + matches.filter((match) => match === 'maybe').length;
  const what = `${expected.type} on ${labelText(expected.target)}`;
  if (certain > expected.max) {
    const code = expected.max === 0 ? 'FORBIDDEN_ACTION' : 'TOO_MANY_ACTIONS';
    return refuted(code, `${what} happened ${counted(certain, 'time')}, at most ${expected.max} allowed`);
  }
  if (possible > certain && (possible > expected.max || certain === 0))
    return unknown(`${what}: ${counted(possible - certain, 'action')} of the healer cannot be told apart`);
  const blind = blindness(evidence, expected, window, told);
  if (blind !== null) return unknown(`${what} cannot be counted: ${blind}`);
  return certain === 0 && expected.max > 0 ? refuted('ACTION_MISSING', `${what} did not happen`) : NOTHING;
}

/**
 * Why the actions seen may not be all, or null. That there were none at all takes audit log and healer; for a count the one
 * source is enough that was counted from.
 */
function blindness(evidence: Evidence, expected: ExpectedAction, window: HealingWindow, told: string): string | null {
  if (expected.max === 0) return watcherAbsent(evidence, window);
  if (told === 'audit-log')
    return auditCovers(evidence.audit, window) ? null : `the audit log has gaps: ${evidence.audit.detail}`;
  return evidence.watch.aliveThroughout ? null : `the healer was not seen alive throughout: ${evidence.watch.detail}`;
}

function likeness(action: HealerAction, expected: ExpectedAction): Likeness {
  if (!action.types.includes(expected.type)) return 'no';
  // A action about a node that was hit may be about one of its pods, whose labels are not the node's.
  const own = action.target !== null && action.target.name === action.name ? action.target.labels : null;
  const labels = labelLikeness(own, action.record?.target.app, expected.target);
  return labels === 'yes' && action.types.length > 1 ? 'maybe' : labels;
}

/** An attempt that the API server refused breaks a prohibition too: the healer had decided to do it. */
function prohibition(evidence: Evidence, actions: readonly HealerAction[], window: HealingWindow): Findings {
  const forbidden = new Set<ActionType>(evidence.scenario.recovery.forbidActions.map((action) => action.type));
  const list = [...forbidden].join(', ');
  const certain = actions.filter(
    (action) => action.types.length > 0 && action.types.every((type) => forbidden.has(type)),
  );
  if (certain.length > 0)
    return refuted('FORBIDDEN_ACTION', `forbidden (${list}): ${certain.map(actionText).join('; ')}`);
  const possible = actions.filter((action) => action.types.some((type) => forbidden.has(type)));
  if (possible.length > 0)
    return unknown(`forbidden (${list}), and not excluded: ${possible.map(actionText).join('; ')}`);
  const absent = watcherAbsent(evidence, window);
  return absent === null ? NOTHING : unknown(`no ${list} was seen, but ${absent}`);
}

/** Nothing was wrong, so the healer had nothing to do: not even to try. */
function idleness(evidence: Evidence, actions: readonly HealerAction[], window: HealingWindow): Findings {
  const { namespaces } = evidence.scenario.blastRadius;
  const near = actions.filter(
    (action) => action.namespace === null || namespaces.length === 0 || namespaces.includes(action.namespace),
  );
  if (near.length > 0)
    return refuted(
      'FORBIDDEN_ACTION',
      `the healer acted although nothing was wrong: ${near.map(actionText).join('; ')}`,
    );
  const absent = watcherAbsent(evidence, window);
  return absent === null ? NOTHING : unknown(`the healer was not seen to act, but ${absent}`);
}

function actionText(action: HealerAction): string {
  const what = `${action.types.join(' or ')} on ${action.name ?? 'a cluster object'}`;
  return action.accepted ? what : `${what} (tried)`;
}
