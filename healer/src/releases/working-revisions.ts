import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import { isComplete, type RolloutView } from '../cluster/rollout.ts';
import { describeError } from '../errors.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import type { LastKnownGood } from './last-known-good.ts';

export interface WorkingRevisionsParts {
  readonly lastKnownGood: Pick<LastKnownGood, 'markGood'>;
  readonly clock: Clock;
  /** How long a rollout must be complete without a break, milliseconds. */
  readonly goodAfterMs: number;
  readonly shards: Pick<ShardOwnership, 'mayActOn'>;
  readonly cluster: Pick<ClusterCache, 'newestRevisionOf'>;
  readonly log: Pick<Logger, 'warn'>;
}

interface Watched {
  readonly rollout: RolloutView;
  readonly sinceMs: number;
  noted: boolean;
}

/** Finds out which revisions of workloads work, so that there is something to go back to. */
export class WorkingRevisions {
  readonly #parts: WorkingRevisionsParts;
  readonly #complete = new Map<string, Watched>();

  constructor(parts: WorkingRevisionsParts) {
    this.#parts = parts;
  }

  /** Takes a change of a workload; undefined when it is gone. */
  note(key: string, rollout: RolloutView | undefined): void {
    const known = this.#complete.get(key);
    if (rollout === undefined || rollout.onHold || !isComplete(rollout)) this.#complete.delete(key);
    else if (known?.rollout.uid !== rollout.uid) {
      this.#complete.set(key, { rollout, sinceMs: this.#parts.clock.monotonicMs(), noted: false });
    }
  }

  /** Writes down what has been complete for long enough; what could not be written is tried again. */
  async sweep(): Promise<void> {
    const { clock, goodAfterMs, shards } = this.#parts;
    const nowMs = clock.monotonicMs();
    for (const watched of this.#complete.values()) {
      const due = !watched.noted && nowMs - watched.sinceMs >= goodAfterMs;
      if (due && shards.mayActOn(watched.rollout.uid)) await this.#note(watched);
    }
  }

  async #note(watched: Watched): Promise<void> {
    const { lastKnownGood, cluster, log } = this.#parts;
    const { rollout } = watched;
    const revision = cluster.newestRevisionOf(rollout);
    if (revision === undefined) return;
    watched.noted = true;
    try {
      await lastKnownGood.markGood(subjectOf(rollout), revision);
    } catch (error) {
      watched.noted = false;
      log.warn(`a working revision could not be noted: ${describeError(error)}`);
    }
  }
}

/** Under which name the revisions of a workload are remembered. */
export function subjectOf({ kind, namespace, name }: Pick<RolloutView, 'kind' | 'namespace' | 'name'>): string {
  return `${kind}/${namespace}/${name}`;
}
