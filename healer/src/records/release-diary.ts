import type { Clock } from '../clock.ts';
import type { Notifier } from '../engines/notification/notifier.ts';
import type { ReleaseRevision } from '../monitors/helm/release.ts';
import type { HealerRecord, RecordedTarget, RefusalReason, Transition } from '../names.ts';
import type { ReleaseIncident } from '../release-incident.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';
import type { Recorder } from './recorder.ts';

type Particulars = Partial<Pick<HealerRecord, 'action' | 'refusal' | 'reason'>>;

export interface ReleaseDiaryParts {
  readonly recorder: Pick<Recorder, 'write' | 'mention'>;
  readonly notifier: Pick<Notifier, 'tell'>;
  readonly metrics: HealerMetrics;
  readonly clock: Clock;
  readonly mayActOn: (key: string) => boolean;
  /** What the shards know a release by. */
  readonly ownerOf: (key: string) => string;
}

/** Turns what happens to a sick release into records and counts; only the replica that may act on it writes Events. */
export class ReleaseDiary {
  readonly #parts: ReleaseDiaryParts;

  constructor(parts: ReleaseDiaryParts) {
    this.#parts = parts;
  }

  /** Tells of an incident once, as soon as this replica may speak. */
  detected(incident: ReleaseIncident): void {
    if (incident.said.has('detected') || !this.#parts.mayActOn(incident.key)) return;
    incident.said.add('detected');
    this.#parts.metrics.incidents.inc({ policy: incident.policy, condition: incident.condition });
    this.#say(incident, 'detected');
  }

  /** Tells why nothing is done, once per incident and reason. */
  refused(incident: ReleaseIncident, refusal: RefusalReason, reason: string): void {
    if (incident.said.has(refusal)) return;
    incident.said.add(refusal);
    this.#parts.metrics.refusals.inc({ reason: refusal });
    this.#decided(incident, 'refuse', refusal);
    this.#say(incident, 'refused', { refusal, reason });
  }

  acted(incident: ReleaseIncident, detail: string): void {
    const {
      decidedAtMs = incident.detectedAtMs,
      actedAtMs = decidedAtMs,
      condition,
      action = 'RollbackRelease',
    } = incident;
    const { metrics } = this.#parts;
    this.#decided(incident, 'act', action);
    metrics.actions.inc({ action, outcome: 'accepted' });
    metrics.detectSeconds.observe({ condition }, Math.max(0, decidedAtMs - incident.firstSeenMs) / 1000);
    metrics.actSeconds.observe({ action }, (actedAtMs - decidedAtMs) / 1000);
    this.#say(incident, 'acted', { action, reason: `${detail}; ${incident.reason}` });
  }

  failed(incident: ReleaseIncident, reason: string, outcome: 'error' | 'unverified'): void {
    const { action = 'RollbackRelease' } = incident;
    incident.failures += 1;
    this.#parts.metrics.actions.inc({ action, outcome });
    this.#say(incident, 'failed', { action, reason }, incident.failures);
  }

  /** Nothing is told of the end of what was never told. */
  resolved(incident: ReleaseIncident, reason: string): void {
    const { action } = incident;
    if (incident.said.has('detected')) this.#say(incident, 'resolved', { reason, ...(action && { action }) });
  }

  gaveUp(incident: ReleaseIncident, reason: string): void {
    if (incident.said.has('gave-up')) return;
    incident.said.add('gave-up');
    this.#parts.metrics.refusals.inc({ reason: 'GaveUp' });
    this.#decided(incident, 'refuse', 'GaveUp');
    this.#say(incident, 'gave-up', { refusal: 'GaveUp', reason });
  }

  #tell({ key, firstSeenMs, reason }: ReleaseIncident, record: HealerRecord): void {
    const transition = TRANSITIONS[record.stage];
    if (transition === undefined) return;
    const owner = this.#parts.ownerOf(key);
    this.#parts.notifier.tell({ transition, owner, firstSeenMs, evidence: reason, record });
  }

  #decided({ policy, condition }: ReleaseIncident, decision: string, reason: string): void {
    this.#parts.metrics.decisions.inc({ policy, condition, decision, reason });
  }

  #say(incident: ReleaseIncident, stage: HealerRecord['stage'], particulars: Particulars = {}, occurrence = 0): void {
    const { recorder, clock, mayActOn } = this.#parts;
    const { revision, decidedAtMs, actedAtMs } = incident;
    const record: HealerRecord = {
      incident: incident.id,
      stage,
      policy: incident.policy,
      condition: incident.condition,
      target: targetOf(revision),
      reason: incident.reason,
      detectedAtMs: incident.detectedAtMs,
      ...(decidedAtMs === undefined ? {} : { decidedAtMs }),
      ...(actedAtMs === undefined ? {} : { actedAtMs }),
      ...particulars,
      recordedAtMs: clock.nowMs(),
    };
    if (mayActOn(incident.key)) {
      recorder.write(record, occurrence);
      this.#tell(incident, record);
    } else recorder.mention(record);
  }
}

/** An attempt that failed is tried again; of a rollback that did not help it is told that nothing more is done. */
const TRANSITIONS: Partial<Record<HealerRecord['stage'], Transition>> = {
  detected: 'opened',
  refused: 'refused',
  acted: 'acted',
  resolved: 'resolved',
  'gave-up': 'gave-up',
};

/** Helm has no object for a release as a whole, so its name stands for it. */
function targetOf({ namespace, release }: ReleaseRevision): RecordedTarget {
  return { kind: 'HelmRelease', namespace, name: release, uid: `release ${namespace}/${release}`, app: release };
}
