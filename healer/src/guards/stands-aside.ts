import type { LadderAction } from '../policy/ladder.ts';
import { ASK_PEOPLE_AGAIN_MS, type Guard, TELLING } from './guard.ts';

/** What changes the spec of a workload; a tool that keeps it equal to a repository would undo it at once. */
const CHANGES_SPEC: readonly LadderAction[] = ['RestartRollout', 'RollbackWorkload', 'RollbackRelease'];

/** Somebody else is at work on the node, or keeps the workload as it is. */
export const standsAside: Guard = {
  refusal: 'StandsAside',
  exempt: TELLING,
  check({ step, target, node, workload }) {
    if (target?.node !== undefined && node === undefined) {
      return { reason: `nothing is known about node ${target.node}`, retryAfterMs: ASK_PEOPLE_AGAIN_MS };
    }
    if (node?.maintainedBy !== undefined) {
      return { reason: `node ${node.name}: ${node.maintainedBy}`, retryAfterMs: ASK_PEOPLE_AGAIN_MS };
    }
    if (workload?.keptBy === undefined || !CHANGES_SPEC.includes(step.action)) return undefined;
    const reason = `${workload.key} is kept by ${workload.keptBy}, which would undo ${step.action}`;
    return { reason, retryAfterMs: ASK_PEOPLE_AGAIN_MS };
  },
};
