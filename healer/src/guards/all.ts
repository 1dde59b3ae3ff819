import { budgetExhausted } from './budget-exhausted.ts';
import { cooldown } from './cooldown.ts';
import { dryRun } from './dry-run.ts';
import { gaveUp } from './gave-up.ts';
import type { Guard } from './guard.ts';
import { minHealthy } from './min-healthy.ts';
import { namespaceNotAllowed } from './namespace-not-allowed.ts';
import { notMyShard } from './not-my-shard.ts';
import { notReplaceable } from './not-replaceable.ts';
import { optedOut } from './opted-out.ts';
import { rolloutInProgress } from './rollout-in-progress.ts';
import { staleWatch } from './stale-watch.ts';
import { targetGone } from './target-gone.ts';

/** Every guard, in the order in which they are asked; the first objection is the refusal. */
export const GUARDS: readonly Guard[] = [
  notMyShard,
  staleWatch,
  targetGone,
  namespaceNotAllowed,
  optedOut,
  notReplaceable,
  rolloutInProgress,
  gaveUp,
  cooldown,
  budgetExhausted,
  minHealthy,
  dryRun,
];
