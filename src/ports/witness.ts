import type { PodTarget, Target, WitnessReading } from '../experiment/evidence/evidence.ts';
import type { ObjectChange } from '../experiment/fault/object-change.ts';
import type { SingleFault } from '../scenario/model/fault.ts';

/** A fault as a witness has to know it. */
export interface WitnessSubject<Fault extends SingleFault = SingleFault> {
  readonly fault: Fault;
  readonly targets: readonly Target[];
  /** The other side of a network fault; empty where there is none. */
  readonly peers: readonly PodTarget[];
  /** What must be found at the object, for a change of one. */
  readonly change?: ObjectChange;
  /** Pods that a drained node must be rid of. */
  readonly touched: readonly PodTarget[];
}

/** Sees for itself, without asking the injector, whether the world changed. */
export interface Witness {
  /** What it looks at, e.g. `pod-uid`. */
  readonly name: string;
  /** How long a bite may take to show, ms, where that is longer than usual. */
  readonly patienceMs?: number;
  /** A reading per target; `bitten: null` where it could not look. Before injection it is the baseline. */
  look(signal: AbortSignal): Promise<WitnessReading[]>;
}

export interface Witnesses {
  /** The witness for this kind of fault, or null: then the fault can never count as proven. */
  forFault(subject: WitnessSubject): Witness | null;
}
