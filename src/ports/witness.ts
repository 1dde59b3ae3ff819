import type { Target, WitnessReading } from '../experiment/evidence.ts';
import type { Fault } from '../scenario/scenario.ts';

/** Peers of a target that a network fault separates it from. */
export interface WitnessSubject {
  readonly fault: Fault;
  readonly targets: readonly Target[];
  /** The other side of a network fault; empty where there is none. */
  readonly peers: readonly Target[];
}

/** Sees for itself, without asking the injector, whether the world changed. */
export interface Witness {
  /** Null where nothing here can witness this fault. */
  readonly name: string;
  /** A reading per target; `bitten: null` where it could not look. Before injection it is the baseline. */
  look(signal: AbortSignal): Promise<WitnessReading[]>;
}

export interface Witnesses {
  /** The witness for this kind of fault, or null: then the fault can never count as proven. */
  forFault(subject: WitnessSubject): Witness | null;
}
