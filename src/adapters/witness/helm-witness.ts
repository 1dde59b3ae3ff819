import { messageOf } from '../../errors.ts';
import type { ReleaseTarget, WitnessReading } from '../../experiment/evidence/evidence.ts';
import type { Kube, KubeObject } from '../../ports/kube.ts';
import type { Witness } from '../../ports/witness.ts';
import type { HelmFault } from '../../scenario/model/fault.ts';
import type { FaultWitness } from './looking/fault-witness.ts';

export const helmWitness: FaultWitness<HelmFault> = {
  of: ({ kube }, { fault, targets }) =>
    releaseWitness(
      kube,
      fault.action,
      targets.filter((target) => target.kind === 'Release'),
    ),
};

const STATUSES: Readonly<Record<HelmFault['action'], readonly string[]>> = {
  upgrade: ['deployed', 'failed'],
  killUpgrade: ['pending-upgrade'],
};

/** Reads the release's newest record, a Secret that Helm keeps in the cluster: which revision, in which state? */
function releaseWitness(kube: Kube, action: HelmFault['action'], targets: readonly ReleaseTarget[]): Witness {
  const name = 'release-record';
  async function read(target: ReleaseTarget): Promise<WitnessReading> {
    const plain = { targetUid: target.uid, witness: name, atMs: Date.now() };
    try {
      const labelSelector = `owner=helm,name=${target.name}`;
      const secrets = await kube.list({ apiVersion: 'v1', kind: 'Secret', namespace: target.namespace, labelSelector });
      const newest = secrets.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
      if (newest === undefined) return { ...plain, bitten: null, observation: `${target.name} has no release record` };
      const status = newest.metadata.labels?.status ?? 'unknown';
      const bitten = revisionOf(newest) > target.revision && STATUSES[action].includes(status);
      const observation = `${target.name} is at revision ${revisionOf(newest)}, ${status}; before: ${target.revision}`;
      return { ...plain, bitten, observation };
    } catch (error: unknown) {
      return { ...plain, bitten: null, observation: messageOf(error) };
    }
  }
  return { name, look: () => Promise.all(targets.map(read)) };
}

function revisionOf({ metadata }: KubeObject): number {
  return Number(metadata.labels?.version ?? 0);
}
