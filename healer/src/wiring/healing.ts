import type { PodTarget } from '../cluster/pod.ts';
import type { Incident, IncidentTarget } from '../incidents/incident.ts';
import { IncidentLife } from '../incidents/incident-life.ts';
import { IncidentStore } from '../incidents/incident-store.ts';
import { PodMonitor } from '../pods/condition/observe.ts';
import { PodHealing } from '../pods/pod-healing.ts';
import { remediesAtHand } from '../pods/remedies/at-hand.ts';
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
  readonly pods: PodHealing;
  /** Undefined where Helm releases are left alone. */
  readonly releases: ReleaseHealing | undefined;
  readonly workingRevisions: WorkingRevisions;

  constructor(parts: HealerParts, observation: Observation, records: Records, rules: Rules, shards: Shards) {
    const { config, helm, api, clock, metrics, log } = parts;
    const { allowedNamespaces, goodAfterMs, watchTimeoutSeconds } = config;
    const { cluster } = observation;
    const { policies, alerts } = rules;
    const shared = { ...parts, ...observation, ...records, ...rules, shards };
    const lifeIn = <T extends IncidentTarget>(incidents: IncidentStore<Incident<T>>): IncidentLife<T> =>
      new IncidentLife<T>({ ...records, shards, clock, incidents });
    this.pods = new PodHealing({
      ...shared,
      monitor: new PodMonitor(cluster.pods, policies.samplers, alerts),
      incidents: this.podIncidents,
      life: lifeIn(this.podIncidents),
      remedies: remediesAtHand({ ...observation, api, helm, clock, shards, allowedNamespaces }, parts.remedies),
    });
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

  /** Goes on with what nobody else does; to be called every now and then by a replica that may act. */
  takeOver(): void {
    this.pods.takeOver();
    this.releases?.takeOver();
  }

  async stop(): Promise<void> {
    await Promise.all([this.pods.stop(), this.releases?.stop()]);
  }
}
