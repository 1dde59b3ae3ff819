import { kindOf } from '../../scenario/faults/fault-kinds.ts';
import { type SequenceStep, type SingleFault, stepsOf } from '../../scenario/model/fault.ts';
import type { AuditEntry, Evidence, Injection, Target } from '../evidence/evidence.ts';
import type { RemovedTargets } from './removed-targets.ts';

/** Whether the fault removes this target, and with it whatever another fault did to it. */
function takesAway(fault: SingleFault, targets: readonly Target[], target: Target): boolean {
  switch (kindOf(fault).takesAway(fault)) {
    case 'targets':
      return targets.some(({ uid }) => uid === target.uid);
    case 'pods-on-targets':
      return isEmptied(targets, target);
    case null:
      return false;
  }
}

/** How the audit log tells of that. */
function isTaking(fault: SingleFault, { verb, subresource }: AuditEntry): boolean {
  return kindOf(fault).takesAway(fault) === 'pods-on-targets' ? subresource === 'eviction' : verb === 'delete';
}

function isEmptied(targets: readonly Target[], target: Target): boolean {
  return target.kind === 'Pod' && targets.some(({ kind, name }) => kind === 'Node' && name === target.node);
}

/** Targets of one fault of a sequence that another one takes away, and when it was asked to, epoch ms. */
export function takenByOthers(
  steps: readonly SequenceStep[],
  parts: readonly Injection[],
  index: number,
): RemovedTargets {
  const taken = new Map<string, number>();
  for (const target of parts[index]?.targets ?? []) {
    const times = steps.flatMap(({ fault }, other) => {
      const part = parts[other];
      return other !== index && part !== undefined && takesAway(fault, part.targets, target)
        ? [part.requestedAtMs]
        : [];
    });
    if (times.length > 0) taken.set(target.uid, Math.min(...times));
  }
  return taken;
}

/**
 * Whether a removal in the audit log is the run's own: it fits what a fault of the run deletes or evicts, and it happened
 * while the run asked for that.
 */
export function isOurFault({ injection, scenario, clockSkewMs }: Evidence, entry: AuditEntry, target: Target): boolean {
  if (injection === null) return false;
  const parts = injection.parts ?? [injection];
  return stepsOf(scenario.fault).some(({ fault }, index) => {
    const part = parts[index];
    if (part === undefined || !takesAway(fault, part.targets, target)) return false;
    const untilMs = part.acceptedAtMs ?? part.requestedAtMs;
    const isMeanwhile = entry.atMs >= part.requestedAtMs - clockSkewMs && entry.atMs <= untilMs + clockSkewMs;
    return isMeanwhile && isTaking(fault, entry);
  });
}

/** Of each target the earlier removal. */
export function earliestOf(one: RemovedTargets, other: RemovedTargets): RemovedTargets {
  const first = new Map(one);
  for (const [uid, atMs] of other) first.set(uid, Math.min(atMs, first.get(uid) ?? Number.POSITIVE_INFINITY));
  return first;
}
