import type { Witness, Witnesses, WitnessSubject } from '../../ports/witness.ts';
import type { FaultOf, FaultType, SingleFault } from '../../scenario/model/fault.ts';
import { chaosMeshWitness } from './chaos-mesh/chaos-mesh-witness.ts';
import { helmWitness } from './helm-witness.ts';
import { kubernetesWitness } from './kubernetes-witness.ts';
import { allOf } from './looking/all-of.ts';
import type { FaultWitness, Sources } from './looking/fault-witness.ts';
import { nodeWitness } from './node/node-witness.ts';
import { queryWitness } from './query-witness.ts';

/** What proves each kind of fault. */
const FAULT_WITNESSES: { readonly [Type in FaultType]: FaultWitness<FaultOf<Type>> } = {
  chaosMesh: chaosMeshWitness,
  kubernetes: kubernetesWitness,
  helm: helmWitness,
  node: nodeWitness,
};

/** Which independent witness sees which fault. A fault without one can never count as proven. */
export class ClusterWitnesses implements Witnesses {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Ours where we have one, the author's where there is one, and both where there are both. */
  forFault(subject: WitnessSubject): Witness | null {
    const { fault, targets } = subject;
    const own = witnessOf(fault).of(this.#sources, subject);
    if (fault.witness === undefined) return own;
    const query = queryWitness(this.#sources.metrics, fault.witness, targets);
    return own === null ? query : allOf([own, query]);
  }
}

function witnessOf({ type }: SingleFault): FaultWitness {
  return FAULT_WITNESSES[type];
}
