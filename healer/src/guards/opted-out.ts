import { ANNOTATIONS } from '../names.ts';
import type { Guard } from './guard.ts';

const RETRY_MS = 5_000;

/** Somebody wants the healer's hands off this pod, its namespace or its node. */
export const optedOut: Guard = {
  refusal: 'OptedOut',
  check({ target, policy, namespaceOptedOut, node }) {
    const namespace = target?.namespace ?? policy.namespaces.join(', ');
    const said = `annotated ${ANNOTATIONS.heal}: "false"`;
    if (target?.optedOut === true) return { reason: `pod ${target.name} is ${said}`, retryAfterMs: RETRY_MS };
    if (node?.optedOut === true) return { reason: `node ${node.name} is ${said}`, retryAfterMs: RETRY_MS };
    if (namespaceOptedOut === undefined) {
      return { reason: `nothing is known about namespace ${namespace}`, retryAfterMs: RETRY_MS };
    }
    return namespaceOptedOut ? { reason: `namespace ${namespace} is ${said}`, retryAfterMs: RETRY_MS } : undefined;
  },
};
