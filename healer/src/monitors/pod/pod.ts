import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { toEpochMs } from '../../kube/timestamp.ts';
import { ANNOTATIONS, type RecordedTarget } from '../../names.ts';

export interface OwnerRef {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface ContainerView {
  readonly name: string;
  readonly restarts: number;
  readonly waitingReason: string | undefined;
  readonly runningSinceMs: number | undefined;
  /** The run before this one, or the present end, was a failure. */
  readonly lastEndFailed: boolean;
}

/** What the healer keeps of a pod. Times are epoch milliseconds. */
export interface PodView {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly optedOut: boolean;
  readonly owner: OwnerRef | undefined;
  readonly node: string | undefined;
  readonly ip: string | undefined;
  readonly phase: string;
  readonly terminating: boolean;
  readonly ready: boolean;
  /** By the kubelet's clock. */
  readonly readyChangedAtMs: number | undefined;
  /** By the healer's clock: when it first saw the pod in its present not-ready stretch. */
  readonly notReadySinceMs: number | undefined;
  readonly wasReady: boolean;
  readonly containers: readonly ContainerView[];
  readonly createdAtMs?: number | undefined;
}

/** A pod that flips within this time of its start counts as one that still starts. */
const START_SLACK_MS = 5_000;

/** Narrows a pod; `previous` is the view of the same key before, which knows since when things are as they are. */
export function viewPod(pod: V1Pod, previous: PodView | undefined, nowMs: number): PodView {
  const { metadata, spec, status } = pod;
  const uid = metadata?.uid ?? '';
  const before = previous?.uid === uid ? previous : undefined;
  const condition = status?.conditions?.find(({ type }) => type === 'Ready');
  const ready = condition?.status === 'True';
  const readyChangedAtMs = toEpochMs(condition?.lastTransitionTime);
  const { namespace = '', name = '', labels = {} } = metadata ?? {};
  const sameStretch = before?.ready === false && before.readyChangedAtMs === readyChangedAtMs;
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    uid,
    labels,
    optedOut: metadata?.annotations?.[ANNOTATIONS.heal] === 'false',
    owner: controllerOf(pod),
    node: spec?.nodeName,
    ip: spec?.hostNetwork === true ? undefined : status?.podIP,
    phase: status?.phase ?? 'Unknown',
    terminating: metadata?.deletionTimestamp !== undefined,
    ready,
    readyChangedAtMs,
    notReadySinceMs: ready ? undefined : ((sameStretch ? before?.notReadySinceMs : undefined) ?? nowMs),
    wasReady: ready || before?.wasReady === true || flippedAfterStart(readyChangedAtMs, toEpochMs(status?.startTime)),
    containers: [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(viewContainer),
    createdAtMs: toEpochMs(metadata?.creationTimestamp),
  };
}

/** A pod that ended for good is nobody's replica. */
export function hasEnded(pod: PodView): boolean {
  return pod.phase === 'Succeeded' || pod.phase === 'Failed';
}

export function toTarget(pod: PodView): RecordedTarget {
  const app = pod.labels.app ?? pod.labels['app.kubernetes.io/name'];
  return {
    kind: 'Pod',
    namespace: pod.namespace,
    name: pod.name,
    uid: pod.uid,
    ...(app === undefined ? {} : { app }),
    ...(pod.node === undefined ? {} : { node: pod.node }),
  };
}

function controllerOf(pod: V1Pod): OwnerRef | undefined {
  const owner = pod.metadata?.ownerReferences?.find(({ controller }) => controller === true);
  return owner === undefined ? undefined : { kind: owner.kind, name: owner.name, uid: owner.uid };
}

function flippedAfterStart(changedAtMs: number | undefined, startedAtMs: number | undefined): boolean {
  return changedAtMs !== undefined && startedAtMs !== undefined && changedAtMs - startedAtMs > START_SLACK_MS;
}

function viewContainer({ name, restartCount, state, lastState }: V1ContainerStatus): ContainerView {
  const end = state?.terminated ?? lastState?.terminated;
  return {
    name,
    restarts: restartCount,
    waitingReason: state?.waiting?.reason,
    runningSinceMs: toEpochMs(state?.running?.startedAt),
    lastEndFailed: end !== undefined && end.exitCode !== 0,
  };
}
