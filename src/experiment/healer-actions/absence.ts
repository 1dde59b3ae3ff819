import type { ActionType } from '../../../healer/src/names.ts';
import { counted } from '../../counted.ts';
import type { ExpectedAction } from '../../scenario/model/scenario.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Reason } from '../result/judgement.ts';
import { auditCovers, type HealingWindow } from './attribution.ts';
import type { Deed } from './healer-actions.ts';
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
export function actionFindings(evidence: Evidence, deeds: readonly Deed[], window: HealingWindow): Findings {
  const inWindow = deeds.filter((deed) => deed.atMs >= window.fromMs && deed.atMs <= window.toMs);
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
  deeds: readonly Deed[],
  expected: ExpectedAction,
  window: HealingWindow,
): Findings {
  const told = expected.type === 'Notify' || evidence.audit.source === 'none' ? 'self-reported' : 'audit-log';
  const matches = deeds
    .filter((deed) => deed.witness === told && deed.accepted)
    .map((deed) => likeness(deed, expected));
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

function likeness(deed: Deed, expected: ExpectedAction): Likeness {
  if (!deed.types.includes(expected.type)) return 'no';
  // A deed about a node that was hit may be about one of its pods, whose labels are not the node's.
  const own = deed.target !== null && deed.target.name === deed.name ? deed.target.labels : null;
  const labels = labelLikeness(own, deed.record?.target.app, expected.target);
  return labels === 'yes' && deed.types.length > 1 ? 'maybe' : labels;
}

/** An attempt that the API server refused breaks a prohibition too: the healer had decided to do it. */
function prohibition(evidence: Evidence, deeds: readonly Deed[], window: HealingWindow): Findings {
  const forbidden = new Set<ActionType>(evidence.scenario.recovery.forbidActions.map((action) => action.type));
  const list = [...forbidden].join(', ');
  const certain = deeds.filter((deed) => deed.types.length > 0 && deed.types.every((type) => forbidden.has(type)));
  if (certain.length > 0)
    return refuted('FORBIDDEN_ACTION', `forbidden (${list}): ${certain.map(deedText).join('; ')}`);
  const possible = deeds.filter((deed) => deed.types.some((type) => forbidden.has(type)));
  if (possible.length > 0)
    return unknown(`forbidden (${list}), and not excluded: ${possible.map(deedText).join('; ')}`);
  const absent = watcherAbsent(evidence, window);
  return absent === null ? NOTHING : unknown(`no ${list} was seen, but ${absent}`);
}

/** Nothing was wrong, so the healer had nothing to do: not even to try. */
function idleness(evidence: Evidence, deeds: readonly Deed[], window: HealingWindow): Findings {
  const { namespaces } = evidence.scenario.blastRadius;
  const near = deeds.filter(
    (deed) => deed.namespace === null || namespaces.length === 0 || namespaces.includes(deed.namespace),
  );
  if (near.length > 0)
    return refuted('FORBIDDEN_ACTION', `the healer acted although nothing was wrong: ${near.map(deedText).join('; ')}`);
  const absent = watcherAbsent(evidence, window);
  return absent === null ? NOTHING : unknown(`the healer was not seen to act, but ${absent}`);
}

function deedText(deed: Deed): string {
  const what = `${deed.types.join(' or ')} on ${deed.name ?? 'a cluster object'}`;
  return deed.accepted ? what : `${what} (tried)`;
}
