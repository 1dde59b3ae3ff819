import { messageOf } from '../../../errors.ts';
import type { PodTarget, WitnessReading } from '../../../experiment/evidence/evidence.ts';
import type { Kube, KubeObject } from '../../../ports/kube.ts';
import type { Witness } from '../../../ports/witness.ts';

interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly restartCount: number;
  readonly containerID?: string;
}

/** What a look at the pod object says about one target. `bitten: null` where it cannot tell. */
type PodCheck = (pod: KubeObject | null, before: KubeObject | null, target: PodTarget) => PodFinding;
interface PodFinding {
  readonly bitten: boolean | null;
  readonly observation: string;
}

/** The pod with the target's UID is gone or going. */
export const podIsGone: PodCheck = (pod, _before, target) => {
  if (pod === null) return { bitten: true, observation: `pod ${target.name} is gone` };
  if (pod.metadata.uid !== target.uid) {
    return { bitten: true, observation: `pod ${target.name} has UID ${pod.metadata.uid}, no longer ${target.uid}` };
  }
  const deletedAt = pod.metadata.deletionTimestamp;
  if (deletedAt !== undefined) return { bitten: true, observation: `pod ${target.name} is being deleted` };
  return { bitten: false, observation: `pod ${target.name} still has UID ${target.uid}` };
};

/** The kubelet reports that a container of the target runs another image than before. */
export const imageWasSwapped: PodCheck = (pod, before, target) => {
  if (pod === null || pod.metadata.uid !== target.uid) {
    return { bitten: null, observation: `pod ${target.name} was replaced before it could be looked at` };
  }
  const images = (object: KubeObject | null): string =>
    statusesOf(object)
      .map((each) => each.image)
      .join(', ');
  const bitten = before !== null && images(before) !== '' && images(pod) !== images(before);
  return { bitten, observation: `containers of ${target.name} run ${images(pod)}; before: ${images(before)}` };
};

/** A container of the target has another id or a higher restart count than before. */
export const containerWasRestarted: PodCheck = (pod, before, target) => {
  if (pod === null || pod.metadata.uid !== target.uid) {
    return { bitten: null, observation: `pod ${target.name} was replaced before it could be looked at` };
  }
  const restarts = (object: KubeObject | null): number =>
    statusesOf(object).reduce((sum, each) => sum + each.restartCount, 0);
  const bitten = before !== null && restarts(pod) > restarts(before);
  return { bitten, observation: `${target.name} counts ${restarts(pod)} restarts; before: ${restarts(before)}` };
};

function statusesOf(pod: KubeObject | null): readonly ContainerStatus[] {
  const status = pod?.status as { containerStatuses?: readonly ContainerStatus[] } | undefined;
  return status?.containerStatuses ?? [];
}

/** Watches the pod objects of the targets; the first look is the state to compare with. */
export function podWitness(kube: Kube, name: string, targets: readonly PodTarget[], check: PodCheck): Witness {
  const before = new Map<string, KubeObject | null>();
  async function read(target: PodTarget): Promise<WitnessReading> {
    const { namespace, uid } = target;
    try {
      const pod = await kube.get({ apiVersion: 'v1', kind: 'Pod', namespace, name: target.name });
      if (!before.has(uid)) before.set(uid, pod);
      return { targetUid: uid, witness: name, atMs: Date.now(), ...check(pod, before.get(uid) ?? null, target) };
    } catch (error: unknown) {
      return { targetUid: uid, witness: name, atMs: Date.now(), bitten: null, observation: messageOf(error) };
    }
  }
  return { name, look: () => Promise.all(targets.map(read)) };
}
