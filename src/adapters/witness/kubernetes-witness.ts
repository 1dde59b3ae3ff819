import { messageOf } from '../../errors.ts';
import type { Target, WitnessReading } from '../../experiment/evidence/evidence.ts';
import { type ObjectChange, sightOf, stands } from '../../experiment/fault/object-change.ts';
import type { Kube } from '../../ports/kube.ts';
import type { Witness } from '../../ports/witness.ts';
import type { KubernetesFault } from '../../scenario/model/fault.ts';
import type { FaultWitness } from './looking/fault-witness.ts';

export const kubernetesWitness: FaultWitness<KubernetesFault> = {
  of: ({ kube }, { change, targets }) => (change === undefined ? null : readBack(kube, change, targets)),
};

/** Reads the object back from the API server: is it there, gone, or does it carry what the fault wants? */
function readBack(kube: Kube, change: ObjectChange, targets: readonly Target[]): Witness {
  const name = 'object-read-back';
  const reading = (bitten: boolean | null, observation: string): WitnessReading[] =>
    targets.map(({ uid }) => ({ targetUid: uid, witness: name, atMs: Date.now(), bitten, observation }));
  return {
    name,
    async look() {
      try {
        const object = await kube.get(change.ref);
        return reading(stands(change, object), sightOf(change, object));
      } catch (error: unknown) {
        return reading(null, messageOf(error));
      }
    },
  };
}
