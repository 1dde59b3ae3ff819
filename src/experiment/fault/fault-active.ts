import { kindOf } from '../../scenario/faults/fault-kinds.ts';
import type { Fault, SequenceFault, SingleFault } from '../../scenario/model/fault.ts';
import type { Injection, InjectorEvent } from '../evidence/evidence.ts';
import { seconds } from '../evidence/interval.ts';
import { isOneShot } from './one-shot.ts';
import { isAbout } from './proof.ts';
import type { RemovedTargets } from './removed-targets.ts';
import { earliestOf, takenByOthers } from './taken-away.ts';

const NOBODY_TAKES: RemovedTargets = new Map();

/** Longest time without a sighting of the fault, ms, over which it still counts as seen. */
export const MAX_SIGHTING_GAP_MS = 5_000;

/** Injector and API server cut their stamps to whole seconds. */
const STAMP_MS = 1_000;

export interface ActivityQuestion {
  readonly fault: Fault;
  readonly injection: Injection;
  /** Until when it must have been in force, epoch ms. */
  readonly untilMs: number;
  /** The fault's own planned end counts as an end like any other. */
  readonly ownEndCounts: boolean;
  readonly removed: RemovedTargets;
  readonly clockSkewMs: number;
}

/**
 * Null where the evidence shows the fault in force from injection to `untilMs`; else a sentence that says what is missing.
 * A one-shot fault cannot end. A target that somebody replaced is healing: its own Recover event is no end.
 */
export function endedEarly(question: ActivityQuestion): string | null {
  const { fault } = question;
  if (fault.type === 'none' || isOneShot(fault)) return null;
  return fault.type === 'sequence' ? partEnded(question, fault) : singleEnded(question, fault);
}

/** Of a sequence every fault must still be in force; where another takes its target away, that is an end like its own. */
function partEnded(question: ActivityQuestion, { steps }: SequenceFault): string | null {
  for (const [index, step] of steps.entries()) {
    const injection = question.injection.parts?.[index];
    if (injection === undefined) return `fault ${index + 1} of ${steps.length} was never injected`;
    const taken = question.ownEndCounts ? NOBODY_TAKES : takenByOthers(steps, question.injection.parts ?? [], index);
    const removed = earliestOf(question.removed, taken);
    const ended = endedEarly({ ...question, fault: step.fault, injection, removed });
    if (ended !== null) return `fault ${index + 1} of ${steps.length}: ${ended}`;
  }
  return null;
}

function singleEnded(question: ActivityQuestion, fault: SingleFault): string | null {
  const wantedMs = question.untilMs + question.clockSkewMs;
  const endMs = ownEndMs(question, fault.durationMs);
  if (endMs <= wantedMs && question.ownEndCounts) return expiry(question);
  const healedMs = healedAtMs(question, fault);
  const untilMs = Math.min(endMs, wantedMs, healedMs);
  const isApproached = untilMs < wantedMs || endMs <= wantedMs;
  return undone(question, untilMs) ?? recovered(question, untilMs) ?? unseen(question, untilMs, isApproached);
}

/**
 * A changed object or release is healed by changing it back, which ends the fault as it should: from then on (epoch ms) it
 * need not be in force. Of the times that differing clocks allow the earliest is taken, or the remedy itself would count as
 * an end too soon.
 */
function healedAtMs({ injection, removed, clockSkewMs }: ActivityQuestion, fault: SingleFault): number {
  if (!kindOf(fault).endsWithTarget) return Number.POSITIVE_INFINITY;
  const times = injection.targets.map((target) => removed.get(target.uid) ?? Number.POSITIVE_INFINITY);
  const goneAtMs = injection.sightings.find((s) => s.state === 'ending' || s.state === 'gone')?.atMs;
  if (times.length === 0 || goneAtMs === undefined) return Number.POSITIVE_INFINITY;
  const healedMs = Math.max(...times);
  // What ended long after the remedy was ended by something else.
  return goneAtMs > healedMs + MAX_SIGHTING_GAP_MS + clockSkewMs ? Number.POSITIVE_INFINITY : healedMs - clockSkewMs;
}

function ownEndMs({ injection, clockSkewMs }: ActivityQuestion, durationMs: number | null): number {
  // The injector counts from its object's creation stamp, which lies up to a second before our request.
  return durationMs === null ? Number.POSITIVE_INFINITY : injection.requestedAtMs + durationMs - STAMP_MS - clockSkewMs;
}

function expiry(question: ActivityQuestion): string {
  const { injection, untilMs } = question;
  const neededMs = untilMs - injection.requestedAtMs;
  return `the fault's own duration ended it before ${seconds(neededMs)} after the request, when it was still needed`;
}

function undone({ injection }: ActivityQuestion, untilMs: number): string | null {
  const { undoneAtMs } = injection;
  if (undoneAtMs === null || undoneAtMs > untilMs) return null;
  return `it was taken back ${after(undoneAtMs, injection)}`;
}

function recovered(question: ActivityQuestion, untilMs: number): string | null {
  const { injection, clockSkewMs } = question;
  const event = injection.events.find(
    (e) =>
      e.operation === 'Recover' &&
      e.atMs - clockSkewMs <= untilMs &&
      !isOurUndoing(e, question) &&
      !isAboutRemoved(e, question),
  );
  return event === undefined ? null : `the injector took it back from ${event.target} ${after(event.atMs, injection)}`;
}

/** Events carry whole seconds: one from the second in which we took the fault back is our doing, of which `undone` judges. */
function isOurUndoing(event: InjectorEvent, { injection, clockSkewMs }: ActivityQuestion): boolean {
  return injection.undoneAtMs !== null && event.atMs + STAMP_MS + clockSkewMs > injection.undoneAtMs;
}

function isAboutRemoved(event: InjectorEvent, { injection, removed, clockSkewMs }: ActivityQuestion): boolean {
  const target = injection.targets.find((candidate) => isAbout(event, candidate));
  const removedAtMs = target === undefined ? undefined : removed.get(target.uid);
  return removedAtMs !== undefined && removedAtMs <= event.atMs + STAMP_MS + clockSkewMs;
}

/** Between sightings it may have been gone, so they must lie close together and reach beyond the end. */
function unseen({ injection }: ActivityQuestion, untilMs: number, isApproached: boolean): string | null {
  let seenMs = injection.acceptedAtMs ?? injection.requestedAtMs;
  const sightings = injection.sightings.filter((s) => s.atMs >= seenMs).sort((a, b) => a.atMs - b.atMs);
  const bad = sightings.find((s) => s.atMs <= untilMs && (s.state === 'ending' || s.state === 'gone'));
  if (bad !== undefined) return `the fault was seen ${bad.state} ${after(bad.atMs, injection)}`;
  for (const { atMs } of sightings.filter((s) => s.state === 'in-force')) {
    if (atMs - seenMs > MAX_SIGHTING_GAP_MS) return gap(seenMs, injection);
    seenMs = atMs;
    if (seenMs >= untilMs) return null;
  }
  // Where the fault ends by itself or by a remedy there is no sighting after `untilMs`: the last one has to be close before.
  return isApproached && untilMs - seenMs <= MAX_SIGHTING_GAP_MS ? null : gap(seenMs, injection);
}

function gap(seenMs: number, injection: Injection): string {
  return `nothing shows that the fault was still in force later than ${after(seenMs, injection)}`;
}

function after(atMs: number, injection: Injection): string {
  return `${seconds(atMs - injection.requestedAtMs)} after the request`;
}
