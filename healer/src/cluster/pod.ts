import type { V1Pod } from '@kubernetes/client-node';
import { toEpochMs } from '../kube/timestamp.ts';
import { ANNOTATIONS, type RecordedTarget } from '../names.ts';
import { type ContainerView, viewContainer } from './container.ts';
import { pausedUntilMs } from './paused-until.ts';
import { type Stretches, stretchesOf } from './stretches.ts';

export interface OwnerRef {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
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
  /** When it should have been gone, by the API server's clock. */
  readonly goneByMs: number | undefined;
  readonly createdAtMs: number | undefined;
  /** Infinite when the annotation cannot be read. */
  readonly pausedUntilMs: number | undefined;
  readonly stretches: Stretches;
  readonly ready: boolean;
  /** By the kubelet's clock. */
  readonly readyChangedAtMs: number | undefined;
  /** By the healer's clock: when it first saw the pod in its present not-ready stretch. */
  readonly notReadySinceMs: number | undefined;
  readonly wasReady: boolean;
  readonly containers: readonly ContainerView[];
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
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
    viewContainer,
  );
  const phase = status?.phase ?? 'Unknown';
  const isEndless = spec?.restartPolicy === 'Always';
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
    phase,
    terminating: metadata?.deletionTimestamp !== undefined,
    goneByMs: toEpochMs(metadata?.deletionTimestamp),
    createdAtMs: toEpochMs(metadata?.creationTimestamp),
    pausedUntilMs: pausedUntilMs(metadata?.annotations),
    stretches: stretchesOf({ phase, node: spec?.nodeName, containers, isEndless }, before?.stretches, nowMs),
    ready,
    readyChangedAtMs,
    notReadySinceMs: ready ? undefined : ((sameStretch ? before?.notReadySinceMs : undefined) ?? nowMs),
    wasReady: ready || before?.wasReady === true || flippedAfterStart(readyChangedAtMs, toEpochMs(status?.startTime)),
    containers,
  };
}

/** A pod that ended for good is nobody's replica. */
export function hasEnded(pod: PodView): boolean {
  return pod.phase === 'Succeeded' || pod.phase === 'Failed';
}

/** A pod as it is recorded. */
export type PodTarget = RecordedTarget & { readonly kind: 'Pod' };

export function toTarget(pod: PodView): PodTarget {
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
