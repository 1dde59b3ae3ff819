import type { V1ContainerStatus } from '@kubernetes/client-node';
import { toEpochMs } from '../kube/timestamp.ts';

/** What the healer keeps of a container. Times are epoch milliseconds. */
export interface ContainerView {
  readonly name: string;
  readonly restarts: number;
  readonly waitingReason: string | undefined;
  readonly runningSinceMs: number | undefined;
  /** The run before this one, or the present end, was a failure. */
  readonly lastEndFailed: boolean;
  /** What the kubelet called that end, e.g. `OOMKilled`. */
  readonly lastEndReason: string | undefined;
}

export function viewContainer({ name, restartCount, state, lastState }: V1ContainerStatus): ContainerView {
  const end = state?.terminated ?? lastState?.terminated;
  return {
    name,
    restarts: restartCount,
    waitingReason: state?.waiting?.reason,
    runningSinceMs: toEpochMs(state?.running?.startedAt),
    lastEndFailed: end !== undefined && end.exitCode !== 0,
    lastEndReason: end?.reason,
  };
}

const IMAGE_TROUBLE = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'ImageInspectError',
]);

/** The container whose image cannot be had, if any. */
export function imageTrouble(containers: readonly ContainerView[]): ContainerView | undefined {
  return containers.find(({ waitingReason = '' }) => IMAGE_TROUBLE.has(waitingReason));
}

const CREATING = new Set([
  'ContainerCreating',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** The container that does not come into being, if any, for another reason than its image. */
export function creationTrouble(containers: readonly ContainerView[]): ContainerView | undefined {
  return containers.find(({ waitingReason = '' }) => CREATING.has(waitingReason));
}
