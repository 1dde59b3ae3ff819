import { blockedByAlert } from './blocked-by-alert.ts';
import { budgetExhausted } from './budget-exhausted.ts';
import { cooldown } from './cooldown.ts';
import { dryRun } from './dry-run.ts';
import { flapping } from './flapping.ts';
import { gaveUp } from './gave-up.ts';
import { globalBudget } from './global-budget.ts';
import type { Guard } from './guard.ts';
import { minHealthy } from './min-healthy.ts';
import { namespaceBudget } from './namespace-budget.ts';
import { namespaceNotAllowed } from './namespace-not-allowed.ts';
import { notMyShard } from './not-my-shard.ts';
import { notReplaceable } from './not-replaceable.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { optedOut } from './opted-out.ts';
import { outsideWindow } from './outside-window.ts';
import { paused } from './paused.ts';
import { rolloutInProgress } from './rollout-in-progress.ts';
import { staleWatch } from './stale-watch.ts';
import { standsAside } from './stands-aside.ts';
import { storm } from './storm.ts';
import { targetGone } from './target-gone.ts';

/** Every guard, in the order in which they are asked; the first objection is the refusal. */
export const GUARDS: readonly Guard[] = [
  notMyShard,
  staleWatch,
  targetGone,
  namespaceNotAllowed,
  optedOut,
  paused,
  outsideWindow,
  blockedByAlert,
  notReplaceable,
  standsAside,
  rolloutInProgress,
  oneAtATime,
  gaveUp,
  flapping,
  cooldown,
  budgetExhausted,
  namespaceBudget,
  globalBudget,
  minHealthy,
  storm,
  dryRun,
];
