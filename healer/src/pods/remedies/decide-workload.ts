import { z } from 'zod';

/** One revision of a workload's pod template. */
export interface WorkloadRevision {
  /** Name of the ReplicaSet or ControllerRevision that keeps it. */
  readonly name: string;
  readonly number: number;
  /** Pods of this revision serve right now. */
  readonly working: boolean;
}

const Trace = z.object({
  incident: z.string(),
  from: z.string(),
  to: z.string(),
  /** Rollbacks from this revision in all. */
  times: z.number().int().min(1),
  atMs: z.number(),
});

/** What the healer notes on a workload that it rolls back. */
export type RollbackTrace = z.infer<typeof Trace>;

export interface RevisionSituation {
  /** The newest revision. */
  readonly current: string;
  /** Newest first. */
  readonly revisions: readonly WorkloadRevision[];
  readonly isKnownGood: (revision: string) => boolean;
  readonly trace: RollbackTrace | undefined;
  readonly giveUpAfter: number;
}

export type WorkloadPlan =
  | { readonly kind: 'rollback'; readonly to: WorkloadRevision; readonly times: number }
  | { readonly kind: 'leave'; readonly reason: string };

/** Which revision a bad rollout goes back to. Pure. */
export function planWorkload({ current, revisions, isKnownGood, trace, giveUpAfter }: RevisionSituation): WorkloadPlan {
  const newest = revisions.find(({ name }) => name === current);
  if (newest === undefined) return { kind: 'leave', reason: 'its newest revision is not known' };
  if (isKnownGood(current)) {
    return {
      kind: 'leave',
      reason: 'its newest revision was rolled out completely before, so the rollout is not the cause',
    };
  }
  if (trace?.to === current) {
    return { kind: 'leave', reason: 'its newest revision is itself a rollback; it is not rolled back again' };
  }
  const times = trace?.from === current ? trace.times : 0;
  if (times >= giveUpAfter) {
    return { kind: 'leave', reason: `the same revision was rolled back ${times} times and comes again` };
  }
  const to = revisions.find(
    (each) => each.number < newest.number && each.name !== trace?.from && (each.working || isKnownGood(each.name)),
  );
  if (to === undefined) return { kind: 'leave', reason: 'no older revision is known to have worked' };
  return { kind: 'rollback', to, times: times + 1 };
}

/** The note on a workload; one that is unreadable was not written by the healer. */
export function readTrace(text: string | undefined): RollbackTrace | undefined {
  if (text === undefined) return undefined;
  try {
    return Trace.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
