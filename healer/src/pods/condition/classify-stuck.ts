import { creationTrouble, imageTrouble } from '../../cluster/container.ts';
import type { PodView } from '../../cluster/pod.ts';
import type { Symptom } from '../../cluster/stretches.ts';
import type { LastingCondition } from '../../policy/schema.ts';
import { held } from './held.ts';
import type { Assessment } from './observation.ts';

/** An image cannot be pulled. */
export function classifyImage(pod: PodView, condition: LastingCondition, nowMs: number): Assessment {
  const container = imageTrouble(pod.containers);
  const what = `the image of container ${container?.name} cannot be had (${container?.waitingReason})`;
  return lasting(pod, 'imageTrouble', condition, nowMs, what, 'no image is missing');
}

/** No node takes the pod. */
export function classifyPending(pod: PodView, condition: LastingCondition, nowMs: number): Assessment {
  return lasting(pod, 'unscheduled', condition, nowMs, 'not scheduled to a node', 'a node has it');
}

/** A node has the pod, but its containers do not come into being. */
export function classifyCreating(pod: PodView, condition: LastingCondition, nowMs: number): Assessment {
  const container = creationTrouble(pod.containers);
  const what = `container ${container?.name} does not come into being (${container?.waitingReason})`;
  return lasting(pod, 'creating', condition, nowMs, what, 'its containers came into being');
}

/** A pod that ended in failure, or ended although it never should, lies about. */
export function classifyLeftover(pod: PodView, condition: LastingCondition, nowMs: number): Assessment {
  return lasting(pod, 'failed', condition, nowMs, `ended (${pod.phase}) and left over`, `it is ${pod.phase}`);
}

/** Deletion was asked for, the grace period is over, and the pod is still there. */
export function classifyTerminating(pod: PodView, condition: LastingCondition, nowMs: number): Assessment {
  if (!pod.terminating) return { kind: 'healthy', reason: 'nobody asked for its deletion' };
  const goneByMs = pod.goneByMs ?? nowMs;
  if (nowMs < goneByMs) {
    const untilMs = goneByMs + condition.forMs;
    return { kind: 'suspect', reason: 'it is being deleted', sinceMs: goneByMs, untilMs };
  }
  return held(goneByMs, condition.forMs, nowMs, 'its grace period has been over');
}

function lasting(
  pod: PodView,
  symptom: Symptom,
  { forMs }: LastingCondition,
  nowMs: number,
  sick: string,
  well: string,
): Assessment {
  const sinceMs = pod.stretches[symptom];
  return sinceMs === undefined ? { kind: 'healthy', reason: well } : held(sinceMs, forMs, nowMs, sick);
}
