import type { PodView } from '../../cluster/pod.ts';
import { LADDER_ACTIONS } from '../../policy/ladder.ts';
import { touchesCluster } from '../../remediations/action-history.ts';
import type { ActionFacts } from '../action-facts.ts';
import { ASK_AGAIN_MS, type Guard } from '../guard.ts';

/** An action whose effect nobody has seen by then is not waited for any longer. */
const LONGEST_WAIT_MS = 900_000;

/** Pods that are more than copies of each other go one after the other, and those of lower ordinals first. */
export const oneAtATime: Guard = {
  refusal: 'OneAtATime',
  exempt: LADDER_ACTIONS.filter((action) => action !== 'EvictPod'),
  check(facts, nowMs) {
    const { workload } = facts;
    if (workload === undefined || workload.replaces === 'freely') return undefined;
    const why =
      workload.replaces === 'in order' ? (whyWaiting(facts) ?? whyOthers(facts, nowMs)) : whyAway(facts, nowMs);
    return why === undefined ? undefined : { reason: `${workload.key}: ${why}`, retryAfterMs: ASK_AGAIN_MS };
  },
};

/** Somebody of the workload is being replaced already. */
function whyAway({ workload, siblings, actions, incident }: ActionFacts, nowMs: number): string | undefined {
  const leaving = siblings.find(({ terminating }) => terminating);
  if (leaving !== undefined) return `pod ${leaving.name} is on its way out`;
  const there = siblings.length + 1;
  const desired = workload?.desiredReplicas ?? 0;
  if (there < desired) return `${there} of ${desired} pods are there`;
  const open = actions.find(
    (entry) =>
      entry.workload === workload?.uid &&
      entry.incident !== incident &&
      touchesCluster(entry) &&
      entry.outcome === undefined &&
      entry.atMs > nowMs - LONGEST_WAIT_MS,
  );
  return open === undefined ? undefined : 'whether the last action on it helped is not known yet';
}

/** A pod that is not Ready holds up all that come after it: those that are away wait for it, not it for them. */
function whyOthers(facts: ActionFacts, nowMs: number): string | undefined {
  const { target, siblings, workload } = facts;
  const isMissing = siblings.length + 1 < (workload?.desiredReplicas ?? 0);
  const holdsUp = target?.ready === false && (isMissing || siblings.some(({ terminating }) => terminating));
  return holdsUp ? undefined : whyAway(facts, nowMs);
}

/** The controller makes no pod before all of lower ordinals are Ready, so this one would stay away. */
function whyWaiting({ target, siblings, workload }: ActionFacts): string | undefined {
  const own = target === undefined ? 0 : ordinalOf(target);
  const before = siblings.filter((pod) => ordinalOf(pod) < own);
  const first = before.find(({ ready, terminating }) => !ready || terminating);
  const wanted = own - (workload?.firstOrdinal ?? 0);
  const missing = before.length < wanted ? `only ${before.length} of ${wanted} pods before it are there` : undefined;
  const sick = first === undefined ? missing : `pod ${first.name} comes first and is not Ready`;
  return sick === undefined ? undefined : `${sick}: until all before it are Ready, nobody replaces it`;
}

function ordinalOf({ name }: Pick<PodView, 'name'>): number {
  return Number(/-(\d+)$/.exec(name)?.[1] ?? 0);
}
