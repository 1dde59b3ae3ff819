import type { NodeView } from '../cluster/node.ts';
import type { PodView } from '../cluster/pod.ts';
import { ANNOTATIONS } from '../names.ts';
import type { Policy } from '../policy/schema.ts';
import { bounded, type Guard, TELLING } from './guard.ts';

/** Whatever can be paused about one target. */
export interface PauseFacts {
  readonly policy: Pick<Policy, 'name' | 'paused'>;
  readonly target: Pick<PodView, 'name' | 'namespace' | 'pausedUntilMs'> | undefined;
  readonly namespacePausedUntilMs: number | undefined;
  readonly node: Pick<NodeView, 'name' | 'pausedUntilMs'> | undefined;
}

/** Somebody asked for a pause, in the policy or on the pod, its namespace or its node. */
export const paused: Guard<PauseFacts> = {
  refusal: 'Paused',
  exempt: TELLING,
  check({ policy, target, namespacePausedUntilMs, node }, nowMs) {
    const pauses = [
      { who: `policy ${policy.name}`, untilMs: policy.paused?.untilMs, why: policy.paused?.reason },
      { who: `pod ${target?.name}`, untilMs: target?.pausedUntilMs, why: undefined },
      { who: `namespace ${target?.namespace}`, untilMs: namespacePausedUntilMs, why: undefined },
      { who: `node ${node?.name}`, untilMs: node?.pausedUntilMs, why: undefined },
    ];
    for (const { who, untilMs, why } of pauses) {
      if (untilMs === undefined || untilMs <= nowMs) continue;
      return { reason: `${who} is paused ${describe(untilMs, why)}`, retryAfterMs: bounded(untilMs - nowMs) };
    }
    return undefined;
  },
};

function describe(untilMs: number, why: string | undefined): string {
  if (!Number.isFinite(untilMs)) return `until a time nobody can read (${ANNOTATIONS.pausedUntil})`;
  return `until ${new Date(untilMs).toISOString()}${why === undefined ? '' : `: ${why}`}`;
}
