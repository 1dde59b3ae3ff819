import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import { describeError } from '../errors.ts';
import type { IncidentRecorder } from '../incidents/incident-recorder.ts';
import type { IncidentStore } from '../incidents/incident-store.ts';
import type { Remedy } from '../incidents/remedy.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { Policy } from '../policy/schema.ts';
import type { ActionHistory } from '../remediations/action-history.ts';
import type { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { Adoption } from './adoption.ts';
import type { PodMonitor } from './condition/observe.ts';
import { FollowUp } from './follow-up.ts';
import type { PerformedAction } from './pod-case.ts';
import { Controller } from './pod-controller.ts';
import { RecoveryEngine, type RecoveryOptions } from './recovery-engine.ts';
import { remediesAtHand } from './remedies/at-hand.ts';
import { resetFailures } from './reset-failures.ts';

export interface RecoveryParts extends Pick<RecoveryOptions, 'storm' | 'blockingAlert' | 'limits'> {
  readonly api: KubeClient;
  readonly cluster: ClusterCache;
  readonly monitor: PodMonitor;
  readonly policies: { readonly policies: readonly Policy[] };
  readonly actionHistory: ActionHistory;
  readonly incidents: IncidentStore;
  readonly recorder: IncidentRecorder;
  readonly remediations: RemediationOwnership;
  readonly notifier: Notifier;
  readonly shards: ShardOwnership;
  /** Beside those for pods. */
  readonly remedies: readonly Remedy[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** What looks after pods: judges them, treats the sick, watches over what was done, goes on with what others left. */
export class Recoveries {
  readonly #parts: RecoveryParts;
  readonly #controller: Controller;
  readonly #adoption: Adoption;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
    const { log, shards, limits } = parts;
    const engine = this.#createEngine();
    this.#controller = new Controller({
      ...parts,
      engine,
      followUp: new FollowUp(parts),
      onError: (key, error) => log.error({ key, err: error }, `looking at ${key} failed: ${describeError(error)}`),
    });
    this.#adoption = new Adoption({
      ...parts,
      engine,
      mayActOn: (owner) => shards.mayActOn(owner),
      staleWatchMs: limits.staleWatchMs,
      follow: (performed: PerformedAction) => this.#controller.follow(performed),
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
    resetFailures(this.#parts, this.#parts.policies.policies);
  }

  /** Goes on with what nobody else does; to be called every now and then by a replica that may act. */
  takeOver(): void {
    this.#adoption.takeOver();
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
