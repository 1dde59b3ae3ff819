import type { V1DaemonSet, V1Deployment, V1StatefulSet } from '@kubernetes/client-node';
import { toEpochMs } from '../kube/timestamp.ts';

/** Kinds of workloads that keep their earlier revisions. */
export const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** How far the rollout of one workload's newest spec has come. */
export interface RolloutView {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The controller has seen the newest spec. */
  readonly observed: boolean;
  readonly desired: number;
  /** Pods of the newest revision. */
  readonly updated: number;
  /** Pods that are available, old ones too. */
  readonly available: number;
  /** Pods in all. */
  readonly total: number;
  /** The controller itself says that the newest spec was rolled out completely once; undefined where it keeps no such record. */
  readonly wasComplete: boolean | undefined;
  /** The Deployment's own deadline for progress has passed. */
  readonly deadlineExceeded: boolean;
  /** Longest time without progress that the user allows, milliseconds; only a Deployment says it. */
  readonly progressDeadlineMs: number | undefined;
  /** When the controller last saw progress, epoch milliseconds. */
  readonly progressedAtMs: number | undefined;
  /** Nobody is meant to roll it out: paused, scaled to nothing, or updated only when its pods are deleted. */
  readonly onHold: boolean;
  /** Label that pods of the newest revision carry; a Deployment's are known by their ReplicaSet. */
  readonly newest?: { readonly label: string; readonly value: string } | undefined;
}

export function rolloutOfDeployment({ metadata, spec, status }: V1Deployment): RolloutView {
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  return {
    kind: 'Deployment',
    ...identity(metadata),
    observed: (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0),
    desired: spec?.replicas ?? 1,
    updated: status?.updatedReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    total: status?.replicas ?? 0,
    wasComplete: progressing?.reason === 'NewReplicaSetAvailable',
    deadlineExceeded: progressing?.reason === 'ProgressDeadlineExceeded',
    progressDeadlineMs: (spec?.progressDeadlineSeconds ?? 600) * 1000,
    progressedAtMs: toEpochMs(progressing?.lastUpdateTime),
    onHold: spec?.paused === true || spec?.replicas === 0,
  };
}

export function rolloutOfStatefulSet({ metadata, spec, status }: V1StatefulSet): RolloutView {
  const whole = status?.currentRevision !== undefined && status.currentRevision === status.updateRevision;
  return {
    kind: 'StatefulSet',
    ...identity(metadata),
    observed: (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0),
    desired: spec?.replicas ?? 1,
    updated: status?.updatedReplicas ?? (whole ? (status?.replicas ?? 0) : 0),
    available: status?.availableReplicas ?? status?.readyReplicas ?? 0,
    total: status?.replicas ?? 0,
    // The very first revision is the current one before a single pod is there.
    wasComplete: undefined,
    deadlineExceeded: false,
    progressDeadlineMs: undefined,
    progressedAtMs: undefined,
    onHold: spec?.replicas === 0 || isPartial(spec?.updateStrategy),
    newest: marked('controller-revision-hash', status?.updateRevision),
  };
}

export function rolloutOfDaemonSet({ metadata, spec, status }: V1DaemonSet): RolloutView {
  return {
    kind: 'DaemonSet',
    ...identity(metadata),
    observed: (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0),
    desired: status?.desiredNumberScheduled ?? 0,
    updated: status?.updatedNumberScheduled ?? 0,
    available: status?.numberAvailable ?? 0,
    total: status?.currentNumberScheduled ?? 0,
    wasComplete: undefined,
    deadlineExceeded: false,
    progressDeadlineMs: undefined,
    progressedAtMs: undefined,
    onHold: spec?.updateStrategy?.type === 'OnDelete',
    // A DaemonSet does not name its newest revision, but counts the changes of its template.
    newest: marked('pod-template-generation', metadata?.annotations?.[TEMPLATE_GENERATION]),
  };
}

/** Every pod that should be there is of the newest revision and available, and none of an older one is left. */
export function isComplete({ observed, desired, updated, available, total }: RolloutView): boolean {
  return observed && updated >= desired && available >= desired && total <= updated;
}

/** StatusChanges whenever the rollout moves. */
export function progressMark({ uid, observed, updated, available, total }: RolloutView): string {
  return [uid, observed, updated, available, total].join('/');
}

function marked(label: string, value: string | undefined): RolloutView['newest'] {
  return value === undefined || value === '' ? undefined : { label, value };
}

function isPartial(strategy: { type?: string; rollingUpdate?: { partition?: number } } | undefined): boolean {
  return strategy?.type === 'OnDelete' || (strategy?.rollingUpdate?.partition ?? 0) > 0;
}

function identity(metadata: { namespace?: string; name?: string; uid?: string } | undefined): {
  namespace: string;
  name: string;
  uid: string;
} {
  return { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', uid: metadata?.uid ?? '' };
}
