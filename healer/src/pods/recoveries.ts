import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { World } from '../cluster/cluster-cache.ts';
import { describeError } from '../errors.ts';
import type { Diary } from '../incidents/incident-recorder.ts';
import type { IncidentBook } from '../incidents/incident-store.ts';
import type { Remedy } from '../incidents/remedy.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { Policy } from '../policy/schema.ts';
import type { Ledger } from '../remediations/action-history.ts';
import type { Claims } from '../remediations/remediation-ownership.ts';
import type { Ownership } from '../shards/ownership.ts';
import { Inheritance } from './adoption.ts';
import type { PodMonitor } from './condition/observe.ts';
import { FollowUp } from './follow-up.ts';
import type { Deed } from './pod-case.ts';
import { Controller } from './pod-controller.ts';
import { RecoveryEngine, type RecoveryOptions } from './recovery-engine.ts';
import { remediesAtHand } from './remedies/at-hand.ts';
import { forgiveWhole } from './reset-failures.ts';

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
