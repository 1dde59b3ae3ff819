import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { PodTarget } from '../cluster/pod.ts';
import { describeError } from '../errors.ts';
import type { SurroundingsReader } from '../guards/surroundings.ts';
import type { Incident } from '../incidents/incident.ts';
import type { IncidentLife } from '../incidents/incident-life.ts';
import type { IncidentStore } from '../incidents/incident-store.ts';
import type { Remedy } from '../incidents/remedy.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ActionType } from '../names.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { Policy } from '../policy/schema.ts';
import type { ActionHistory } from '../remediations/action-history.ts';
import type { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { Adoption } from './adoption.ts';
import type { PodMonitor } from './condition/observe.ts';
import { FollowUp } from './follow-up.ts';
import { PodController } from './pod-controller.ts';
import { resetFailures } from './reset-failures.ts';

export interface PodHealingParts {
  readonly api: KubeClient;
  readonly cluster: ClusterCache;
  readonly monitor: PodMonitor;
  readonly policies: { readonly policies: readonly Policy[] };
  readonly surroundings: SurroundingsReader;
  readonly actionHistory: ActionHistory;
  readonly incidents: IncidentStore<Incident<PodTarget>>;
  readonly life: IncidentLife<PodTarget>;
  readonly remediations: RemediationOwnership;
  readonly notifier: Notifier;
  readonly shards: ShardOwnership;
  readonly remedies: ReadonlyMap<ActionType, Remedy>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What looks after pods: judges them, treats the sick, watches over what was done, goes on with what others left. */
export class PodHealing {
  readonly #parts: PodHealingParts;
  readonly #controller: PodController;
  readonly #adoption: Adoption;

  constructor(parts: PodHealingParts) {
    this.#parts = parts;
    const onError = (key: string, error: unknown): void =>
      parts.log.error({ key, err: error }, `looking at ${key} failed: ${describeError(error)}`);
    this.#controller = new PodController({ ...parts, followUp: new FollowUp(parts), onError });
    const { staleWatchMs } = parts.surroundings.limits;
    this.#adoption = new Adoption({ ...parts, staleWatchMs, controller: this.#controller });
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
}
