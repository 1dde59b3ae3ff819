import type { PodTarget } from '../cluster/pod.ts';
import type { Incident, IncidentTarget } from '../incidents/incident.ts';
import { IncidentLife } from '../incidents/incident-life.ts';
import { IncidentStore } from '../incidents/incident-store.ts';
import { Adoption } from '../pods/adoption.ts';
import { PodMonitor } from '../pods/condition/observe.ts';
import { PodController } from '../pods/pod-controller.ts';
import { remediesAtHand } from '../pods/remedies/at-hand.ts';
import { resetFailures } from '../pods/reset-failures.ts';
import { ReleaseHealing } from '../releases/release-healing.ts';
import type { ReleaseTarget } from '../releases/release-target.ts';
import { UnreadableReleases } from '../releases/unreadable-releases.ts';
import { WorkingRevisions } from '../releases/working-revisions.ts';
import type { Shards } from '../shards/shards.ts';
import type { HealerParts } from './healer-parts.ts';
import type { Observation } from './observation.ts';
import type { Records } from './records.ts';
import type { Rules } from './rules.ts';

/** What heals, by kind of target. */
export class Healing {
  readonly podIncidents = new IncidentStore<Incident<PodTarget>>();
  readonly releaseIncidents = new IncidentStore<Incident<ReleaseTarget>>();
  readonly pods: PodController;
  /** Undefined where Helm releases are left alone. */
  readonly releases: ReleaseHealing | undefined;
  readonly workingRevisions: WorkingRevisions;
  readonly #watched: Parameters<typeof resetFailures>[0];
  readonly #policies: Rules['policies'];
  readonly #adoption: Adoption;

  constructor(parts: HealerParts, observation: Observation, records: Records, rules: Rules, shards: Shards) {
    const { config, helm, api, clock, metrics, log } = parts;
    const { allowedNamespaces, goodAfterMs, watchTimeoutSeconds } = config;
    const { cluster } = observation;
    const { policies, alerts } = rules;
    const shared = { ...parts, ...observation, ...records, ...rules, shards };
    const lifeIn = <T extends IncidentTarget>(incidents: IncidentStore<Incident<T>>): IncidentLife<T> =>
      new IncidentLife<T>({ ...records, shards, clock, incidents });
    const monitor = new PodMonitor(cluster.pods, policies.samplers, alerts);
    this.#watched = { ...records, cluster, monitor, clock };
    this.#policies = policies;
    const ofPods = { incidents: this.podIncidents, life: lifeIn(this.podIncidents), monitor };
    const remedies = remediesAtHand({ ...observation, api, helm, clock, shards, allowedNamespaces }, parts.remedies);
    this.pods = new PodController({ ...shared, ...ofPods, remedies });
    const { staleWatchMs } = rules.surroundings.limits;
    this.#adoption = new Adoption({ ...shared, ...ofPods, staleWatchMs, controller: this.pods });
    const unreadable = new UnreadableReleases(records.eventRecorder, metrics, clock);
    const timing = { watchTimeoutSeconds, goodAfterMs };
    const ofReleases = { incidents: this.releaseIncidents, life: lifeIn(this.releaseIncidents), unreadable };
    this.releases = helm && new ReleaseHealing({ ...shared, ...ofReleases, ...timing, helm });
    this.workingRevisions = new WorkingRevisions({ ...observation, clock, goodAfterMs, shards, log });
  }

  get queueDepth(): number {
    return this.pods.queueDepth + (this.releases?.queueDepth ?? 0);
  }

  openIncidents(): Incident[] {
    return [...this.podIncidents.values(), ...this.releaseIncidents.values()];
  }

  lookAtAll(): void {
    this.pods.lookAtAll();
    this.releases?.lookAtAll();
  }

  /** To be called every now and then. */
  beat(): void {
    resetFailures(this.#watched, this.#policies.policies);
  }

  /** Goes on with what nobody else does; to be called every now and then by a replica that may act. */
  takeOver(): void {
    this.#adoption.takeOver();
    this.releases?.takeOver();
  }

  async stop(): Promise<void> {
    await Promise.all([this.pods.stop(), this.releases?.stop()]);
  }
}
