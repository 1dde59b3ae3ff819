import type { Injection, Target, WitnessReading } from '../../experiment/evidence/evidence.ts';
import type { Plan } from '../../experiment/fault/plan.ts';
import type { Witness } from '../../ports/witness.ts';
import type { Fault, SingleFault } from '../../scenario/model/fault.ts';
import type { Undoable } from '../undo/undo-stack.ts';
import type { FaultWatch } from './fault-watch.ts';

/** A fault that is being put in, or is in, and everything seen of it. */
export interface LiveFault {
  readonly fault: SingleFault;
  readonly plan: Plan;
  readonly witness: Witness | null;
  readonly watch: FaultWatch;
  readonly baseline: readonly WitnessReading[];
  readonly requestedAtMs: number;
  readonly acceptedAtMs: number | null;
  readonly refusal: string | null;
  readonly undoable: Undoable;
  undoneAtMs: number | null;
}

/** What was injected so far: one fault, or the first of a sequence. There is always a first. */
export interface LiveFaults {
  readonly fault: Fault;
  readonly parts: LiveFault[];
}

/** The injection as evidence; null before the first fault was asked for. */
export function injectionEvidence({ fault, parts }: LiveFaults, seed: number): Injection | null {
  const injections = parts.map((part) => partEvidence(part, seed));
  const [first] = injections;
  if (first === undefined) return null;
  return fault.type === 'sequence' ? joined(first, injections) : first;
}

function partEvidence(live: LiveFault, seed: number): Injection {
  return {
    requestedAtMs: live.requestedAtMs,
    acceptedAtMs: live.acceptedAtMs,
    refusal: live.refusal,
    seed,
    targets: live.plan.targets,
    baseline: live.baseline,
    readings: [...live.watch.readings],
    events: [...live.watch.events],
    sightings: [...live.watch.sightings],
    undoneAtMs: live.undoneAtMs,
  };
}

/**
 * Times are those of the first fault, the end is that of whichever was taken back first. What was seen stands in the order
 * of the faults, so that each can be given its own back.
 */
function joined(first: Injection, parts: readonly Injection[]): Injection {
  const targets = new Map<string, Target>(parts.flatMap((part) => part.targets).map((target) => [target.uid, target]));
  const undone = parts.flatMap(({ undoneAtMs }) => undoneAtMs ?? []);
  return {
    ...first,
    refusal: parts.find((part) => part.refusal !== null)?.refusal ?? null,
    targets: [...targets.values()],
    baseline: parts.flatMap((part) => part.baseline),
    readings: parts.flatMap((part) => part.readings),
    events: parts.flatMap((part) => part.events),
    sightings: parts.flatMap((part) => part.sightings),
    undoneAtMs: undone.length === 0 ? null : Math.min(...undone),
    parts,
  };
}
