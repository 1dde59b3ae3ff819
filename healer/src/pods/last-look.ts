import type { V1Pod } from '@kubernetes/client-node';
import type { Clock } from '../clock.ts';
import type { PodView } from '../cluster/pod.ts';
import { viewPod } from '../cluster/pod.ts';
import type { RemedyResult } from '../incidents/remedy.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { RefusalReason } from '../names.ts';
import { classify } from './condition/classify.ts';
import type { PodMonitor } from './condition/observe.ts';
import type { PodCase } from './performed-action.ts';

const RETRY_MS = 1_000;

export interface LastLook {
  readonly api: { readPod(namespace: string, name: string): Promise<V1Pod | undefined> };
  readonly clock: Clock;
  readonly monitor: PodMonitor;
}

/** The watch may be a moment behind; the pod itself is not. Undefined when it is as sick as the watch says. */
export async function lookAgain(
  { api, clock, monitor }: LastLook,
  { pod, policy, condition }: PodCase & { readonly pod: PodView },
): Promise<RemedyResult | undefined> {
  try {
    const live = await api.readPod(pod.namespace, pod.name);
    if (live === undefined || live.metadata?.uid !== pod.uid) return notNow('TargetGone', 'the pod is gone');
    const view = viewPod(live, pod, clock.nowMs());
    if (view.terminating && !pod.terminating) return notNow('TargetGone', 'the pod is being deleted already');
    if (view.optedOut) return notNow('OptedOut', 'the pod was opted out a moment ago');
    if ((view.pausedUntilMs ?? 0) > clock.nowMs()) return notNow('Paused', 'the pod was paused a moment ago');
    const { kind, reason } = classify(monitor.observe(view, policy, condition), condition, clock.nowMs());
    if (kind === 'unhealthy') return undefined;
    return notNow(kind === 'missing' ? 'MissingData' : 'StaleWatch', `looked at again just before acting: ${reason}`);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return { kind: 'failed', reason: error.message, unsure: false, retryAfterMs: error.retryAfterMs ?? RETRY_MS };
  }
}

/** An outcome without an action. */
export function notNow(refusal: RefusalReason, reason: string): RemedyResult {
  return { kind: 'refused', refusal, reason, retryAfterMs: RETRY_MS };
}
