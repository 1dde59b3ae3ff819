import type { PodTarget, Target, WitnessReading } from '../experiment/evidence/evidence.ts';
import type { ObjectChange } from '../experiment/fault/object-change.ts';
import type { SingleFault } from '../scenario/model/fault.ts';

/** What a witness is to look at: a fault and everything that it hits. */
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
  /** Kind of witness as the evidence names it, e.g. `pod-uid`; readings of one kind are compared with each other. */
  readonly name: string;
  /** How long the fault may take to show on its targets, ms, where that is longer than usual. */
  readonly patienceMs?: number;
  /** A reading per target; `bitten: null` where it could not look. Asked before the injection, too: only a change is proof. */
  look(signal: AbortSignal): Promise<WitnessReading[]>;
}

export interface Witnesses {
  /** The witness for this kind of fault, or null: then the fault can never count as proven. */
  forFault(subject: WitnessSubject): Witness | null;
}
