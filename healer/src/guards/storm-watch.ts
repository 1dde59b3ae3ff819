import type { Clock } from '../clock.ts';

export interface StormOptions {
  readonly clock: Clock;
  /** Pods with an open incident from which on it is a storm; 0 switches it off. */
  readonly targets: number;
  /** It is over only after it has been below half of that for so long, milliseconds. */
  readonly calmMs: number;
}

/** Tells a storm, in which many pods get sick at once, from single incidents. It ends later than it looks over. */
export class StormWatch {
  readonly #options: StormOptions;
  #since: number | undefined;
  #calmSinceMs: number | undefined;
  #why: string | undefined;

  constructor(options: StormOptions) {
    this.#options = options;
  }

  /** Why it is a storm; undefined in calm times. */
  get why(): string | undefined {
    return this.#why;
  }

  /** Takes note of how many pods are sick now; what holds from then on. */
  see(sickPods: number): string | undefined {
    this.#why = this.#judge(sickPods);
    return this.#why;
  }

  #judge(sickPods: number): string | undefined {
    const { clock, targets, calmMs } = this.#options;
    if (targets === 0) return undefined;
    const nowMs = clock.monotonicMs();
    if (sickPods >= targets) this.#since ??= nowMs;
    if (this.#since === undefined) return undefined;
    this.#calmSinceMs = sickPods * 2 < targets ? (this.#calmSinceMs ?? nowMs) : undefined;
    if (this.#calmSinceMs !== undefined && nowMs - this.#calmSinceMs >= calmMs) {
      this.#since = undefined;
      this.#calmSinceMs = undefined;
      return undefined;
    }
    return `${sickPods} pods are sick in a storm (from ${targets} on), which ends after ${calmMs / 1000} s of calm`;
  }
}
