import type { V1ControllerRevision, V1ReplicaSet } from '@kubernetes/client-node';
import type { PodView } from '../../cluster/pod.ts';
import type { WorkloadObject } from '../../kube/client.ts';
import type { WorkloadRevision } from './decide-workload.ts';

/** A revision and the part of the workload's spec that brings it back. */
export interface KeptRevision extends WorkloadRevision {
  readonly spec: object;
}

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';
/** On pods: name of the revision for StatefulSets, its hash for DaemonSets. */
export const REVISION_LABEL = 'controller-revision-hash';

type Metadata = { ownerReferences?: { uid: string; controller?: boolean }[] } | undefined;

/** Revisions of a Deployment, newest first. */
export function revisionsOfDeployment(uid: string, replicaSets: readonly V1ReplicaSet[]): KeptRevision[] {
  const own = replicaSets.filter(({ metadata }) => isOwnedBy(metadata, uid));
  const revisions = own.flatMap(({ metadata, spec, status }) => {
    const { template } = spec ?? {};
    if (metadata?.name === undefined || template === undefined) return [];
    // The controller adds this label by itself; as part of the template it would be a new one.
    const { [HASH]: _, ...labels } = template.metadata?.labels ?? {};
    const whole = { ...template, metadata: { ...template.metadata, labels }, $patch: 'replace' };
    const number = Number(metadata.annotations?.[REVISION] ?? 0);
    return [{ name: metadata.name, number, working: (status?.availableReplicas ?? 0) > 0, spec: { template: whole } }];
  });
  return revisions.sort((a, b) => b.number - a.number);
}

/** Revisions of a StatefulSet or DaemonSet, newest first; `pods` tell which of them serve. */
export function revisionsOfController(
  uid: string,
  controllerRevisions: readonly V1ControllerRevision[],
  pods: readonly PodView[],
): KeptRevision[] {
  const own = controllerRevisions.filter(({ metadata }) => isOwnedBy(metadata, uid));
  const revisions = own.flatMap(({ metadata, data, revision }) => {
    const { spec } = Object(data) as { spec?: object };
    if (metadata?.name === undefined || spec === undefined) return [];
    const marks = [metadata.name, metadata.labels?.[REVISION_LABEL]];
    const working = pods.some(
      (pod) => pod.owner?.uid === uid && pod.ready && marks.includes(pod.labels[REVISION_LABEL]),
    );
    return [{ name: metadata.name, number: revision, working, spec }];
  });
  return revisions.sort((a, b) => b.number - a.number);
}

/** Name of the revision that the newest spec stands for; undefined while the controller has not seen it. */
export function currentRevision(
  workload: WorkloadObject,
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet',
  revisions: readonly WorkloadRevision[],
): string | undefined {
  const { metadata, status } = workload;
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) return undefined;
  if (kind === 'StatefulSet') return (status as { updateRevision?: string } | undefined)?.updateRevision;
  const number = kind === 'Deployment' ? Number(metadata?.annotations?.[REVISION]) : revisions[0]?.number;
  return revisions.find((each) => each.number === number)?.name;
}

function isOwnedBy(metadata: Metadata, uid: string): boolean {
  return metadata?.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) === true;
}
