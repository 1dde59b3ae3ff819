import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../incidents/event-recorder.ts';
import type { HealerRecord, RecordedTarget, RefusalReason, Transition } from '../names.ts';
import type { Notifier } from '../notifications/notifier.ts';
import { releaseOwner } from '../remediations/owner.ts';
import type { Changes, RemediationOwnership } from '../remediations/remediation-ownership.ts';
import { toTime } from '../remediations/view.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';
import type { Traces } from '../telemetry/traces.ts';
import type { ReleaseIncident, ReleaseTarget } from './release-incident.ts';

type Particulars = Partial<Pick<HealerRecord, 'action' | 'refusal' | 'reason' | 'decidedAtMs'>>;

export interface ReleaseRecorderParts {
  readonly eventRecorder: Pick<EventRecorder, 'write' | 'mention'>;
  readonly remediations: Pick<RemediationOwnership, 'note'>;
  readonly notifier: Pick<Notifier, 'tell'>;
  readonly metrics: HealerMetrics;
  readonly traces: Traces;
  readonly clock: Clock;
  readonly mayActOn: (owner: string) => boolean;
}

/**
 * Turns what happens to a sick release into records and counts: log, Event, Remediation, span, message, all with its id.
 * Only the replica that may act on it writes more than its log.
 */
export class ReleaseRecorder {
  readonly #parts: ReleaseRecorderParts;

  constructor(parts: ReleaseRecorderParts) {
    this.#parts = parts;
  }

  /** Tells of an incident once, as soon as this replica may speak. */
  detected(incident: ReleaseIncident): void {
    if (incident.said.has('detected') || !this.#mayActOn(incident)) return;
    incident.said.add('detected');
    this.#parts.metrics.incidents.inc({ policy: incident.policy, condition: incident.condition });
    this.#say(incident, 'detected');
  }

  /** Tells why nothing is done, once per incident and reason. */
  refused(incident: ReleaseIncident, refusal: RefusalReason, reason: string): void {
    const withdrawn = incident.intended;
    incident.intended = false;
    if (incident.said.has(refusal)) {
      // Said before, but the newest thing written down is that it is being done.
      if (withdrawn && !incident.sent) this.#note(incident, { phase: 'Refused', refusal, reason });
      return;
    }
    incident.said.add(refusal);
    const { metrics, clock } = this.#parts;
    metrics.refusals.inc({ reason: refusal });
    this.#decided(incident, 'refuse', refusal);
    this.#say(incident, 'refused', { refusal, reason, decidedAtMs: clock.nowMs() });
    // After an action without an answer it stays open whether it was carried out.
    if (!incident.sent) this.#note(incident, { phase: 'Refused', refusal, reason });
  }

  /** `generation` is the revision that the action made. */
  acted(incident: ReleaseIncident, detail: string, generation?: number): void {
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
    const reason = `${detail}; ${incident.reason}`;
    const made = generation === undefined ? {} : { generation };
    this.#note(incident, { phase: 'Acted', action, reason, actedAt: toTime(actedAtMs), ...made });
    this.#say(incident, 'acted', { action, reason });
  }

  failed(incident: ReleaseIncident, reason: string, outcome: 'error' | 'unverified'): void {
    const { action = 'RollbackRelease' } = incident;
    incident.failures += 1;
    incident.intended = false;
    this.#parts.metrics.actions.inc({ action, outcome });
    if (outcome === 'unverified') this.#end(incident, { phase: 'Failed', outcome: 'failed', reason });
    else if (!incident.sent) this.#note(incident, { phase: 'Detected', reason });
    this.#say(incident, 'failed', { action, reason }, incident.failures);
  }

  /** Nothing is told of the end of what was never told. */
  resolved(incident: ReleaseIncident, reason: string, outcome: 'helped' | 'none' = 'none'): void {
    const action = incident.actedAtMs === undefined && !incident.sent ? undefined : incident.action;
    this.#end(incident, { phase: 'Resolved', outcome, reason });
    if (incident.said.has('detected')) this.#say(incident, 'resolved', { reason, ...(action && { action }) });
  }

  /** An end that nobody has to be told of; in the log alone. */
  obsolete(incident: ReleaseIncident, reason: string): void {
    this.#end(incident, { phase: 'Obsolete', outcome: 'none', reason });
    this.#parts.eventRecorder.mention(this.#record(incident, 'resolved', { reason }));
  }

  gaveUp(incident: ReleaseIncident, reason: string): void {
    if (incident.said.has('gave-up')) return;
    incident.said.add('gave-up');
    const { policy, condition } = incident;
    this.#parts.metrics.refusals.inc({ reason: 'GaveUp' });
    if (this.#mayActOn(incident)) this.#parts.metrics.giveUps.inc({ policy, condition });
    this.#decided(incident, 'refuse', 'GaveUp');
    this.#end(incident, { phase: 'GaveUp', outcome: 'failed', refusal: 'GaveUp', reason });
    this.#say(incident, 'gave-up', { refusal: 'GaveUp', reason });
  }

  #mayActOn({ key }: ReleaseIncident): boolean {
    return this.#parts.mayActOn(releaseOwner(key));
  }

  #note({ id }: ReleaseIncident, changes: Changes): void {
    this.#parts.remediations.note(id, changes);
  }

  #end(incident: ReleaseIncident, changes: Changes): void {
    this.#note(incident, { ...changes, endedAt: toTime(this.#parts.clock.nowMs()) });
  }

  #tell({ key, firstSeenMs, reason }: ReleaseIncident, record: HealerRecord): void {
    const transition = TRANSITIONS[record.stage];
    if (transition === undefined) return;
    this.#parts.notifier.tell({ transition, owner: releaseOwner(key), firstSeenMs, evidence: reason, record });
  }

  #decided({ policy, condition }: ReleaseIncident, decision: string, reason: string): void {
    this.#parts.metrics.decisions.inc({ policy, condition, decision, reason });
  }

  #say(incident: ReleaseIncident, stage: HealerRecord['stage'], particulars: Particulars = {}, occurrence = 0): void {
    const { eventRecorder, traces } = this.#parts;
    const record = this.#record(incident, stage, particulars);
    if (this.#mayActOn(incident)) {
      eventRecorder.write(record, occurrence);
      traces.record(record, incident.firstSeenMs);
      this.#tell(incident, record);
    } else eventRecorder.mention(record);
  }

  #record(incident: ReleaseIncident, stage: HealerRecord['stage'], particulars: Particulars): HealerRecord {
    const { decidedAtMs, actedAtMs } = incident;
    return {
      incident: incident.id,
      stage,
      policy: incident.policy,
      condition: incident.condition,
      target: targetOf(incident.target),
      reason: incident.reason,
      detectedAtMs: incident.detectedAtMs,
      ...(decidedAtMs === undefined ? {} : { decidedAtMs }),
      ...(actedAtMs === undefined ? {} : { actedAtMs }),
      ...particulars,
      recordedAtMs: this.#parts.clock.nowMs(),
    };
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
function targetOf({ namespace, name }: ReleaseTarget): RecordedTarget {
  return { kind: 'HelmRelease', namespace, name, uid: `release ${namespace}/${name}`, app: name };
}
