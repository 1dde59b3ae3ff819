import { LABELS } from '../../healer/src/names.ts';
import { KubernetesError, messageOf } from '../../src/errors.ts';
import { DEAD_MAN } from '../../src/experiment/cluster-records/undo.ts';
import type { KubeObject } from '../../src/ports/kube.ts';
import { LEASE, LeaseHold, runUnderRevert } from './lease-hold.ts';
import { LeaseWatch } from './lease-watch.ts';
import { type JobOptions, RevertJob } from './revert-job.ts';
import type { VitalSigns } from './vital-signs.ts';

const LOOK_EVERY_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;

/** Watches the lab's Lease and reverts the run whose runner is gone. */
export class Janitor {
  readonly #options: JobOptions;
  readonly #signs: VitalSigns;
  readonly #watch = new LeaseWatch();

  constructor(options: JobOptions, signs: VitalSigns) {
    this.#options = { ...options, clock: signs.clock };
    this.#signs = signs;
  }

  /** Looks until aborted. Nothing that goes wrong ends it. */
  async run(): Promise<void> {
    const { signal, log } = this.#options;
    let pauseMs = LOOK_EVERY_MS;
    while (!signal.aborted) {
      try {
        await this.look();
        pauseMs = LOOK_EVERY_MS;
      } catch (error: unknown) {
        if (signal.aborted) return;
        this.#watch.blind();
        log('could not look after the lease', { error: messageOf(error) });
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
      await this.#pause(pauseMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    try {
      await clock.sleep(ms, signal);
    } catch (error: unknown) {
      if (!signal.aborted) throw error;
    }
  }

  /** One look at the Lease, and all the work that follows from it. */
  async look(): Promise<void> {
    const lease = await this.#options.kube.get(LEASE);
    this.#signs.looked();
    const state = this.#watch.see(lease, this.#options.clock.now());
    switch (state.is) {
      case 'held':
        return;
      case 'abandoned':
        return this.#revert(lease, state.runId, 'its runner stopped renewing the lease');
      case 'ours':
        return this.#resume(lease);
      case 'free':
        return this.#revertOrphan(lease);
    }
  }

  async #resume(lease: KubeObject | null): Promise<void> {
    const runId = runUnderRevert(lease) ?? (await this.#orphan());
    if (runId !== undefined) return this.#revert(lease, runId, 'the janitor had begun to revert it');
    const { kube, clock } = this.#options;
    await (await takeUnlessChanged(() => LeaseHold.take(kube, clock, lease, '')))?.release();
  }

  async #revertOrphan(lease: KubeObject | null): Promise<void> {
    const runId = await this.#orphan();
    if (runId !== undefined) await this.#revert(lease, runId, 'it ended without taking everything back');
  }

  /** A run whose undo records are still there. */
  async #orphan(): Promise<string | undefined> {
    const prefix = DEAD_MAN.undoSecret('');
    const { namespace } = DEAD_MAN;
    const query = { apiVersion: 'v1', kind: 'Secret', namespace, labelSelector: LABELS.run };
    const names = (await this.#options.kube.list(query)).map((secret) => secret.metadata.name);
    return names.find((name) => name.startsWith(prefix))?.slice(prefix.length);
  }

  async #revert(lease: KubeObject | null, runId: string, because: string): Promise<void> {
    const { kube, clock, log } = this.#options;
    const hold = await takeUnlessChanged(() => LeaseHold.take(kube, clock, lease, runId));
    if (hold === null) return;
    log('reverting a run', { run: runId, because });
    await this.#signs.reverting(new RevertJob(runId, because, hold, this.#options).work());
  }
}

/** Null when somebody was faster: whoever wrote the Lease since it was read is alive. */
async function takeUnlessChanged(take: () => Promise<LeaseHold>): Promise<LeaseHold | null> {
  try {
    return await take();
  } catch (error: unknown) {
    if (error instanceof KubernetesError && error.status === 409) return null;
    throw error;
  }
}
