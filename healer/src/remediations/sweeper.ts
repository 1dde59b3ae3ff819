import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { describeError } from '../errors.ts';
import type { ObjectStore } from '../kube/object-store.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { tooOld } from './old.ts';
import { ownerIn } from './owner.ts';
import type { RemediationView } from './view.ts';

export interface SweeperOptions {
  readonly store: ObjectStore<RemediationView>;
  readonly api: { deleteRemediation(view: RemediationView): Promise<void> };
  readonly limits: { readonly keepMs: number; readonly most: number };
  readonly shards: Pick<ShardOwnership, 'mayActOn'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

const EVERY_MS = 30_000;
const AT_ONCE = 20;

/** Removes records that are old, so that they stay few. */
export class RemediationSweeper {
  readonly #options: SweeperOptions;
  #sweptAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** Sweeps when it is time to; never rejects. */
  async sweep(): Promise<void> {
    const { store, api, limits, shards, clock, log } = this.#options;
    if (clock.monotonicMs() - this.#sweptAtMs < EVERY_MS) return;
    this.#sweptAtMs = clock.monotonicMs();
    const old = tooOld(store.values(), limits, clock.nowMs()).filter(({ uid, spec }) =>
      shards.mayActOn(spec === undefined ? uid : ownerIn(spec)),
    );
    for (const view of old.slice(0, AT_ONCE)) {
      try {
        await api.deleteRemediation(view);
      } catch (error) {
        log.warn(`an old Remediation stays: ${describeError(error)}`);
        return;
      }
    }
  }
}
