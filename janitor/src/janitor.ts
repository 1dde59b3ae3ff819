import { LABELS } from '../../healer/src/names.ts';
import { KubernetesError, messageOf } from '../../src/errors.ts';
import { LAB_LEASE } from '../../src/experiment/cluster-records/lab-lease.ts';
import { LeaseWatch } from '../../src/experiment/cluster-records/lease-watch.ts';
import { DEAD_MAN } from '../../src/experiment/cluster-records/undo.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { KubeObject } from '../../src/ports/kube.ts';
import { LeaseHold } from '../../src/runner/lease/lease-hold.ts';
import { pause } from '../../src/runner/waiting/pause.ts';
import { type JobOptions, RevertJob } from './revert-job.ts';
import type { VitalSigns } from './vital-signs.ts';

const LOOK_EVERY_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;

/** Watches the lab's Lease and reverts the run whose runner is gone. */
export class Janitor {
  readonly #options: JobOptions;
  readonly #signs: VitalSigns;
  readonly #watch = new LeaseWatch();
  /** Renewals go on beside the work and do not show that it moves, so they leave no sign of life. */
  readonly #leaseClock: Clock;

  constructor(options: JobOptions, signs: VitalSigns) {
    this.#options = { ...options, clock: signs.clock };
    this.#signs = signs;
    this.#leaseClock = options.clock;
  }

  /** Looks until aborted. Nothing that goes wrong ends it. */
  async run(): Promise<void> {
    const { clock, signal, log } = this.#options;
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
      await pause(clock, pauseMs, signal);
    }
  }

  /** One look at the Lease, and all the work that follows from it. */
  async look(): Promise<void> {
    const lease = await this.#options.kube.get(LAB_LEASE);
    this.#signs.looked();
    const state = this.#watch.see(lease, this.#options.clock.steadyMs());
    if (state.is === 'free') return this.#revertOrphan(lease);
    // Its own hold from before a restart, or one that a run has left to it.
    if (state.by === 'janitor') return this.#resume(lease, state.runId);
    if (state.is === 'abandoned') await this.#revert(lease, state.runId, 'its runner stopped renewing the lease');
  }

  async #resume(lease: KubeObject | null, begun: string): Promise<void> {
    const runId = begun === '' ? await this.#orphan() : begun;
    if (runId !== undefined)
      return this.#revert(lease, runId, 'it was left to the janitor, or the janitor had begun to revert it');
    await (await this.#take(lease, ''))?.release();
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
    const hold = await this.#take(lease, runId);
    if (hold === null) return;
    this.#options.log('reverting a run', { run: runId, because });
    await this.#signs.reverting(new RevertJob(runId, because, hold, this.#options).work());
  }

  /** Null when somebody was faster: whoever wrote the Lease since it was read is alive. */
  async #take(lease: KubeObject | null, runId: string): Promise<LeaseHold | null> {
    const hold = new LeaseHold(this.#options.kube, this.#leaseClock, { by: 'janitor', runId });
    try {
      await hold.take(lease);
      return hold;
    } catch (error: unknown) {
      if (error instanceof KubernetesError && error.status === 409) return null;
      throw error;
    }
  }
}
