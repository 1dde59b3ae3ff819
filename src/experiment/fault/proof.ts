import type { Fault, SequenceFault } from '../../scenario/model/fault.ts';
import type { Injection, InjectorEvent, Target, WitnessReading } from '../evidence/evidence.ts';
import type { RemovedTargets } from './removed-targets.ts';
import { earliestOf, takenByOthers } from './taken-away.ts';
import { targetName } from './target-name.ts';

export interface ProofResult {
  /** Seen by a witness on every target. Always false for a fault that is `none`: there is nothing to prove. */
  readonly proven: boolean;
  /** One sentence for each target that is not proven. */
  readonly missing: readonly string[];
  /** Where injector and witness disagree without harm to the proof. */
  readonly remarks: readonly string[];
}

const NOBODY_REMOVED: RemovedTargets = new Map();

/**
 * Whether the fault is proven: on every resolved target a witness that had said "not bitten" before said "bitten" after.
 * The injector's own record proves nothing. Safe to poll while the run goes on.
 */
export function isProven(
  fault: Fault,
  injection: Injection | null,
  removed: RemovedTargets = NOBODY_REMOVED,
): ProofResult {
  if (fault.type === 'none') return { proven: false, missing: [], remarks: [] };
  if (fault.type === 'sequence') return isSequenceProven(fault, injection, removed);
  const absent = absence(injection);
  if (injection === null || absent !== null) return { proven: false, missing: [absent ?? ''], remarks: [] };
  const missing: string[] = [];
  const remarks: string[] = [];
  for (const target of injection.targets) {
    const effect = firstEffect(injection, target, removed.get(target.uid));
    if (effect === null) missing.push(whyNot(injection, target));
    else if (!recordSays(injection, target)) remarks.push(disagreement(injection, target, effect));
  }
  return { proven: missing.length === 0, missing, remarks };
}

/** A sequence is proven when each of its faults is; where one takes a target of another away, that is no effect of the other. */
function isSequenceProven({ steps }: SequenceFault, injection: Injection | null, removed: RemovedTargets): ProofResult {
  const parts = injection?.parts ?? [];
  const results = steps.map(({ fault }, index) => {
    const gone = earliestOf(removed, takenByOthers(steps, parts, index));
    return isProven(fault, parts[index] ?? null, gone);
  });
  const numbered = (index: number, sentence: string): string => `fault ${index + 1} of ${steps.length}: ${sentence}`;
  return {
    proven: results.length > 0 && results.every((result) => result.proven),
    missing: results.flatMap((result, index) => result.missing.map((sentence) => numbered(index, sentence))),
    remarks: results.flatMap((result, index) => result.remarks.map((sentence) => numbered(index, sentence))),
  };
}

/** Earliest credible reading that shows the fault on a target; null without one. */
export function firstEffect(injection: Injection, target: Target, removedAtMs?: number): WitnessReading | null {
  const untilMs = Math.min(removedAtMs ?? Number.POSITIVE_INFINITY, injection.undoneAtMs ?? Number.POSITIVE_INFINITY);
  const effects = injection.readings.filter(
    (reading) =>
      reading.targetUid === target.uid &&
      reading.bitten === true &&
      reading.atMs >= injection.requestedAtMs &&
      reading.atMs < untilMs &&
      hadCleanBaseline(injection, reading),
  );
  return effects.reduce<WitnessReading | null>(
    (first, effect) => (first === null || effect.atMs < first.atMs ? effect : first),
    null,
  );
}

function absence(injection: Injection | null): string | null {
  if (injection === null) return 'nothing was injected';
  if (injection.acceptedAtMs === null)
    return `the API server refused the fault: ${injection.refusal ?? 'no reason given'}`;
  if (injection.targets.length === 0) return 'the fault resolved to no target';
  return null;
}

/** The same witness looked before and saw nothing; one that cried wolf even once is not believed. */
function hadCleanBaseline(injection: Injection, reading: WitnessReading): boolean {
  const before = baselineOf(injection, reading.targetUid, reading.witness);
  return before.some((look) => look.bitten === false) && before.every((look) => look.bitten !== true);
}

function baselineOf(injection: Injection, targetUid: string, witness: string): WitnessReading[] {
  return injection.baseline.filter(
    (look) => look.targetUid === targetUid && look.witness === witness && look.atMs <= injection.requestedAtMs,
  );
}

function eventsAbout(injection: Injection, target: Target): InjectorEvent[] {
  return injection.events.filter((event) => isAbout(event, target));
}

/** The injector names a target as we do, or `namespace/pod/container`. */
export function isAbout(event: InjectorEvent, target: Target): boolean {
  const name = targetName(target);
  return event.target === name || event.target.startsWith(`${name}/`);
}

function recordSays(injection: Injection, target: Target): boolean {
  return eventsAbout(injection, target).some((event) => event.operation === 'Apply' && event.outcome === 'Succeeded');
}

function disagreement(injection: Injection, target: Target, effect: WitnessReading): string {
  const failure = eventsAbout(injection, target).find(
    (event) => event.operation === 'Apply' && event.outcome === 'Failed',
  );
  const word = failure === undefined ? 'has no record of it' : `says it failed (${failure.message})`;
  return `${target.name}: ${effect.witness} saw the fault (${effect.observation}), the injector ${word}`;
}

function whyNot(injection: Injection, target: Target): string {
  const claim = recordSays(injection, target) ? 'the injector says it was applied, but ' : '';
  return `${target.name}: ${claim}${whatWitnessesSaid(injection, target)}`;
}

function whatWitnessesSaid(injection: Injection, target: Target): string {
  const readings = injection.readings.filter((reading) => reading.targetUid === target.uid);
  const last = readings.at(-1);
  if (last === undefined) return 'no witness looked';
  const effects = readings.filter((reading) => reading.bitten === true);
  const [effect] = effects;
  if (effect === undefined) {
    const verb = last.bitten === null ? 'could not look' : 'saw no effect';
    return `${last.witness} ${verb} (${last.observation})`;
  }
  if (!effects.some((reading) => hadCleanBaseline(injection, reading)))
    return `${effect.witness} proves nothing, because it had not seen the target unharmed before (${effect.observation})`;
  return `${effect.witness} saw an effect only before the injection or after the target was removed (${effect.observation})`;
}
