import { z } from 'zod';
import { Duration } from './duration.ts';

/** Helm keeps ten revisions unless told otherwise, and every round of bad upgrade and rollback takes two. */
const MOST_ROLLBACKS = 4;

/**
 * What a policy asks of the Helm releases whose pods it selects. A policy without it leaves releases alone; defaults
 * are written out, so that whoever reads the policy sees them.
 */
export const HelmRules = z
  .strictObject({
    failedFor: Duration.prefault('15s').describe(
      'How long a release may be failed: time for its own client to roll it back, as with helm --atomic',
    ),
    pendingStaleAfter: Duration.prefault('10m').describe(
      'How long a release may be pending; longer than any --timeout that is used here, as a waiting client writes nothing',
    ),
    readyWithin: Duration.prefault('5m').describe(
      'Time in which the workloads of a deployed release must be rolled out',
    ),
    stalledAfter: Duration.prefault('10m').describe(
      'Longest time without progress after readyWithin, for workloads without a progress deadline of their own',
    ),
    uninstallPendingInstall: z
      .boolean()
      .default(false)
      .describe('Uninstall a first installation that was left half-way, since there is nothing to roll back to'),
    giveUpAfter: z
      .number()
      .int()
      .min(1)
      .max(MOST_ROLLBACKS)
      .default(3)
      .describe('Rollbacks of the same content, or unfinished ones in a row, from which on it is left to people'),
  })
  .transform(({ failedFor, pendingStaleAfter, readyWithin, stalledAfter, ...rest }) => ({
    ...rest,
    failedForMs: failedFor,
    pendingStaleAfterMs: pendingStaleAfter,
    readyWithinMs: readyWithin,
    stalledAfterMs: stalledAfter,
  }))
  .describe('What to do about Helm releases whose pods the policy selects');

export type HelmRules = Readonly<z.output<typeof HelmRules>>;

/** What can be wrong with a release. */
export const RELEASE_CONDITIONS = ['ReleaseFailed', 'ReleasePending', 'ReleaseUnready'] as const;
export type ReleaseCondition = (typeof RELEASE_CONDITIONS)[number];
