import { type HealerRecord, type RecordedTarget, TRANSITIONS, type Transition } from '../names.ts';
import type { Phase, RemediationSpec, RemediationStatus } from '../policy/remediation-schema.ts';
import { ownerIn } from '../remediations/owner.ts';
import { hasEnded, type RemediationView } from '../remediations/view.ts';
import type { Notice } from './notice.ts';

/** How a Remediation that has ended is told of; an incident whose target went away is over too. */
const ENDS: Partial<Record<Phase, Transition>> = {
  Resolved: 'resolved',
  Obsolete: 'resolved',
  Failed: 'escalated',
  GaveUp: 'gave-up',
};

const STAGES: Readonly<Record<Transition, HealerRecord['stage']>> = {
  opened: 'detected',
  acted: 'acted',
  escalated: 'failed',
  resolved: 'resolved',
  'gave-up': 'gave-up',
  refused: 'refused',
};

/**
 * Everything that people should have been told of a Remediation so far, in order. `carriedOut`: its action counts as
 * done although nobody wrote that down. Pure.
 */
export function dueOf({ spec, status }: RemediationView, carriedOut = false): Notice[] {
  if (spec === undefined) return [];
  const { phase = 'Detected', action, actedAt, outcome, refusal } = status ?? {};
  const wasDone =
    action !== undefined && (carriedOut || actedAt !== undefined || outcome === 'helped' || outcome === 'failed');
  const end = ENDS[phase];
  const due = new Set<Transition>(['opened']);
  if (wasDone) due.add('acted');
  if (end !== undefined) due.add(end);
  if (refusal !== undefined && refusal !== 'GaveUp') due.add('refused');
  return TRANSITIONS.filter((transition) => due.has(transition)).map((transition) =>
    noticeOf(transition, spec, status),
  );
}

/** Whoever had the incident when it ended gets this long to tell it and to note that it did. */
const LEFT_TO_HOLDER_MS = 10_000;

/** Remediations whose holder must have told of their end by now. Of one that bears no notes nobody was to be told. Pure. */
export function longEnded(views: Iterable<RemediationView>, nowMs: number): RemediationView[] {
  return [...views].filter((view) => {
    const { endedAt, notified } = view.status ?? {};
    if (!hasEnded(view) || endedAt === undefined || notified === undefined) return false;
    return nowMs - Date.parse(endedAt) > LEFT_TO_HOLDER_MS;
  });
}

function noticeOf(transition: Transition, spec: RemediationSpec, status: RemediationStatus | undefined): Notice {
  const { incident, policy, condition, target, evidence, firstSeenAt, detectedAt } = spec;
  const { action, refusal, decidedAt, actedAt, endedAt, reason = evidence } = status ?? {};
  const isEarlier = transition === 'opened' || transition === 'acted';
  const record: HealerRecord = {
    incident,
    stage: STAGES[transition],
    policy,
    condition,
    target: targetOf(target),
    reason: isEarlier ? evidence : reason,
    detectedAtMs: Date.parse(detectedAt),
    ...(decidedAt === undefined ? {} : { decidedAtMs: Date.parse(decidedAt) }),
    ...(actedAt === undefined ? {} : { actedAtMs: Date.parse(actedAt) }),
    ...(action === undefined || transition === 'opened' ? {} : { action }),
    ...(transition === 'refused' && refusal !== undefined ? { refusal } : {}),
    recordedAtMs: Date.parse(timeOf(transition, { detectedAt, decidedAt, actedAt, endedAt })),
  };
  return { transition, owner: ownerIn(spec), firstSeenMs: Date.parse(firstSeenAt), evidence, record };
}

function timeOf(
  transition: Transition,
  times: { detectedAt: string } & Pick<RemediationStatus, 'decidedAt' | 'actedAt' | 'endedAt'>,
): string {
  const { detectedAt, decidedAt = detectedAt, actedAt = decidedAt, endedAt = actedAt } = times;
  if (transition === 'opened') return detectedAt;
  return transition === 'acted' ? actedAt : endedAt;
}

function targetOf({ app, node, ...target }: RemediationSpec['target']): RecordedTarget {
  return { ...target, ...(app === undefined ? {} : { app }), ...(node === undefined ? {} : { node }) };
}
