import type { PodTarget } from '../../../experiment/evidence/evidence.ts';
import type { Witness } from '../../../ports/witness.ts';
import type { ChaosSpec } from '../../../scenario/faults/chaos-mesh/spec/chaos-kind.ts';
import type { Sources } from '../looking/fault-witness.ts';

/** An experiment of one Chaos Mesh kind as its witness has to know it. */
export interface ChaosSubject {
  readonly spec: ChaosSpec;
  readonly targets: readonly PodTarget[];
  /** The other side of a network fault; empty where there is none. */
  readonly peers: readonly PodTarget[];
}

/** Null for a spec that nothing here can see. */
export type ChaosWitness = (sources: Sources, subject: ChaosSubject) => Witness | null;
