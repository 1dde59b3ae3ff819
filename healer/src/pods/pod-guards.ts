import { blockedByAlert } from '../guards/blocked-by-alert.ts';
import { dryRun } from '../guards/dry-run.ts';
import type { Guard } from '../guards/guard.ts';
import { budgetExhausted } from '../guards/limits/budget-exhausted.ts';
import { cooldown } from '../guards/limits/cooldown.ts';
import { flapping } from '../guards/limits/flapping.ts';
import { gaveUp } from '../guards/limits/gave-up.ts';
import { globalBudget } from '../guards/limits/global-budget.ts';
import { minHealthy } from '../guards/limits/min-healthy.ts';
import { namespaceBudget } from '../guards/limits/namespace-budget.ts';
import { oneAtATime } from '../guards/limits/one-at-a-time.ts';
import { storm } from '../guards/limits/storm.ts';
import { namespaceNotAllowed } from '../guards/namespace-not-allowed.ts';
import { notMyShard } from '../guards/not-my-shard.ts';
import { notReplaceable } from '../guards/not-replaceable.ts';
import { optedOut } from '../guards/opted-out.ts';
import { outsideWindow } from '../guards/outside-window.ts';
import { paused } from '../guards/paused.ts';
import { rolloutInProgress } from '../guards/rollout-in-progress.ts';
import { staleWatch } from '../guards/stale-watch.ts';
import { standsAside } from '../guards/stands-aside.ts';
import { targetGone } from '../guards/target-gone.ts';

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
