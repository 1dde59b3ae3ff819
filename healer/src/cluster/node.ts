import type { V1Node } from '@kubernetes/client-node';
import { ANNOTATIONS } from '../names.ts';
import { pausedUntilMs } from './paused-until.ts';

/** What the healer keeps of a node. */
export interface NodeView {
  readonly name: string;
  readonly optedOut: boolean;
  /** Infinite when the annotation cannot be read. */
  readonly pausedUntilMs: number | undefined;
  /** Who else is at work on it, in a few words. */
  readonly maintainedBy: string | undefined;
}

const KURED = 'weave.works/kured-reboot-in-progress';
const AUTOSCALER = new Set(['ToBeDeletedByClusterAutoscaler', 'DeletionCandidateOfClusterAutoscaler']);

export function viewNode({ metadata, spec }: V1Node): NodeView {
  const annotations = metadata?.annotations ?? {};
  return {
    name: metadata?.name ?? '',
    optedOut: annotations[ANNOTATIONS.heal] === 'false',
    pausedUntilMs: pausedUntilMs(annotations),
    maintainedBy: maintainerOf(annotations, spec?.taints ?? []),
  };
}

function maintainerOf(annotations: Record<string, string>, taints: readonly { key: string }[]): string | undefined {
  if (annotations[KURED] !== undefined) return 'Kured is rebooting it';
  return taints.some(({ key }) => AUTOSCALER.has(key)) ? 'cluster-autoscaler is removing it' : undefined;
}
