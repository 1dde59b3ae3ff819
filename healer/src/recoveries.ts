import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { Controller } from './controller.ts';
import type { Notifier } from './engines/notification/notifier.ts';
import type { Deed } from './engines/recovery/case.ts';
import { RecoveryEngine, type RecoveryOptions } from './engines/recovery/engine.ts';
import { FollowUp } from './engines/recovery/follow-up.ts';
import { forgiveWhole } from './engines/recovery/forgive.ts';
import type { Ledger } from './engines/recovery/ledger.ts';
import { remediesAtHand } from './engines/recovery/remedies/all.ts';
import type { Remedy } from './engines/remedy.ts';
import { describeError } from './errors.ts';
import type { KubeClient } from './kube/client.ts';
import type { PodMonitor } from './monitors/pod/observe.ts';
import type { Ownership } from './ownership.ts';
import type { Policy } from './policy/schema.ts';
import type { Diary } from './records/diary.ts';
import type { IncidentBook } from './records/incident-book.ts';
import type { Claims } from './records/remediation/claims.ts';
import { Inheritance } from './records/remediation/inheritance.ts';
import type { World } from './world.ts';

export interface RecoveryParts extends Pick<RecoveryOptions, 'storm' | 'blockingAlert' | 'limits'> {
  readonly api: KubeClient;
  readonly world: World;
  readonly monitor: PodMonitor;
  readonly policies: { readonly policies: readonly Policy[] };
  readonly ledger: Ledger;
  readonly book: IncidentBook;
  readonly diary: Diary;
  readonly claims: Claims;
  readonly notifier: Notifier;
  readonly ownership: Ownership;
  /** Beside those for pods. */
  readonly remedies: readonly Remedy[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** What looks after pods: judges them, treats the sick, watches over what was done, goes on with what others left. */
export class Recoveries {
  readonly #parts: RecoveryParts;
  readonly #controller: Controller;
  readonly #inheritance: Inheritance;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
    const { log, ownership, limits } = parts;
    const engine = this.#createEngine();
    this.#controller = new Controller({
      ...parts,
      engine,
      followUp: new FollowUp(parts),
      onError: (key, error) => log.error({ key, err: error }, `looking at ${key} failed: ${describeError(error)}`),
    });
    this.#inheritance = new Inheritance({
      ...parts,
      engine,
      mayActOn: (owner) => ownership.mayActOn(owner),
      staleWatchMs: limits.staleWatchMs,
      follow: (deed: Deed) => this.#controller.follow(deed),
      lookAt: (podKey) => this.#controller.lookAt(podKey),
    });
  }

  get queueDepth(): number {
    return this.#controller.queueDepth;
  }

  lookAt(podKey: string): void {
    this.#controller.lookAt(podKey);
  }

  lookAtAll(): void {
    this.#controller.lookAtAll();
  }

  /** To be called every now and then. */
  beat(): void {
    forgiveWhole(this.#parts, this.#parts.policies.policies);
  }

  /** Goes on with what nobody else does; to be called every now and then by a replica that may act. */
  takeOver(): void {
    this.#inheritance.takeOver();
  }

  async stop(): Promise<void> {
    await this.#controller.stop();
  }

  #createEngine(): RecoveryEngine {
    const { api, clock, remedies } = this.#parts;
    const apis = { evictions: api, objects: api.objects() };
    return new RecoveryEngine({ ...this.#parts, remedies: remediesAtHand(apis, clock, remedies) });
  }
}
