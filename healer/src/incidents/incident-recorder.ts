import type { Clock } from '../clock.ts';
import type { HealerRecord, RefusalReason, Transition } from '../names.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { Changes, RemediationOwnership } from '../remediations/remediation-ownership.ts';
import { toTime } from '../remediations/view.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';
import type { Traces } from '../telemetry/traces.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { Incident } from './incident.ts';

type Particulars = Partial<Pick<HealerRecord, 'action' | 'refusal' | 'reason' | 'decidedAtMs'>>;

export interface IncidentRecorderParts {
  readonly eventRecorder: Pick<EventRecorder, 'write' | 'mention'>;
  readonly remediations: Pick<RemediationOwnership, 'note'>;
  readonly metrics: HealerMetrics;
  readonly traces: Traces;
  readonly notifier: Pick<Notifier, 'tell'>;
  readonly clock: Clock;
  readonly mayActOn: (owner: string) => boolean;
}

/**
 * Turns what happens to an incident into records and counts: log, Event, Remediation, span, message, all with its id. Only the
 * replica that may act on the target writes Events; the others see the same and would say everything twice.
 */
export class IncidentRecorder {
  readonly #parts: IncidentRecorderParts;

  constructor(parts: IncidentRecorderParts) {
    this.#parts = parts;
  }

  /** Tells of an incident once, as soon as this replica may speak. */
  announce(incident: Incident): void {
    if (incident.announced || !this.#parts.mayActOn(incident.owner)) return;
    incident.announced = true;
    this.#parts.metrics.incidents.inc({ policy: incident.policy, condition: incident.condition });
    this.#tell(incident, 'opened', this.#write(incident, 'detected'));
  }

  /** Tells why nothing is done, once per incident and reason. */
  refused(incident: Incident, refusal: RefusalReason, reason: string): void {
    const withdrawn = incident.intended;
    incident.intended = false;
    if (incident.said.has(refusal)) {
      // Said before, but the newest thing written down is that it is being done.
      if (withdrawn && !incident.unsure) this.#note(incident, { phase: 'Refused', refusal, reason });
      return;
    }
    incident.said.add(refusal);
    const { metrics, clock, eventRecorder, mayActOn } = this.#parts;
    metrics.refusals.inc({ reason: refusal });
    this.#decided(incident, 'refuse', refusal);
    const particulars = { refusal, reason, decidedAtMs: clock.nowMs() };
    if (!mayActOn(incident.owner)) {
      eventRecorder.mention(this.#record(incident, 'refused', particulars));
      return;
    }
    this.#tell(incident, 'refused', this.#write(incident, 'refused', particulars));
    // After an action without an answer it stays open whether it was carried out.
    if (!incident.unsure) this.#note(incident, { phase: 'Refused', refusal, reason });
  }

  /** `generation` is that of the workload after the action, `detail` what exactly was done. */
  acted(incident: Incident, { generation, detail }: { generation: number; detail?: string | undefined }): void {
    const { metrics } = this.#parts;
    const { decidedAtMs = incident.detectedAtMs, actedAtMs = decidedAtMs, action = 'Notify' } = incident;
    const reason = detail === undefined ? incident.reason : `${incident.reason}; ${detail}`;
    this.#decided(incident, 'act', action);
    metrics.actions.inc({ action, outcome: 'accepted' });
    metrics.detectSeconds.observe({ condition: incident.condition }, (decidedAtMs - incident.firstSeenMs) / 1000);
    metrics.actSeconds.observe({ action }, (actedAtMs - decidedAtMs) / 1000);
    this.#note(incident, { phase: 'Acted', action, reason, actedAt: toTime(actedAtMs), generation });
    this.#tell(incident, 'acted', this.#write(incident, 'acted', { action, reason }));
  }

  /** The action was refused by the server, got no answer, or did not help. */
  failed(incident: Incident, reason: string, outcome: 'error' | 'unverified'): void {
    incident.failures += 1;
    incident.intended = false;
    const { action = 'Notify' } = incident;
    this.#parts.metrics.actions.inc({ action, outcome });
    if (outcome === 'unverified') this.#end(incident, { phase: 'Failed', outcome: 'failed', reason });
    else if (!incident.unsure) this.#note(incident, { phase: 'Detected', reason });
    const record = this.#write(incident, 'failed', { action, reason }, incident.failures);
    if (outcome === 'unverified') this.#tell(incident, 'escalated', record);
  }

  resolved(incident: Incident, reason: string, outcome: 'helped' | 'none' = 'none'): void {
    this.#end(incident, { phase: 'Resolved', outcome, reason });
    if (!incident.announced) return;
    this.#tell(incident, 'resolved', this.#write(incident, 'resolved', { reason, ...actionOf(incident) }));
  }

  /** The target went away before anything was done. */
  vanished(incident: Incident): void {
    const reason = 'the pod went away before an action';
    if (incident.announced) this.refused(incident, 'TargetGone', reason);
    this.#end(incident, { phase: 'Obsolete', outcome: 'none', reason });
    this.#over(incident, this.#record(incident, 'resolved', { reason }));
  }

  /** An end that nobody has to be told of, because what it was about is no more; in the log alone. */
  obsolete(incident: Incident, reason: string): void {
    this.#end(incident, { phase: 'Obsolete', outcome: 'none', reason });
    const record = this.#record(incident, 'resolved', { reason, ...actionOf(incident) });
    this.#parts.eventRecorder.mention(record);
    this.#over(incident, record);
  }

  gaveUp(incident: Incident, reason: string): void {
    this.#parts.metrics.giveUps.inc({ policy: incident.policy, condition: incident.condition });
    this.#end(incident, { phase: 'GaveUp', outcome: 'failed', refusal: 'GaveUp', reason });
    this.#tell(incident, 'gave-up', this.#write(incident, 'gave-up', { refusal: 'GaveUp', reason }));
  }

  /** Whoever was told of it is told that it is over, also where that is worth no record. */
  #over(incident: Incident, record: HealerRecord): void {
    if (incident.announced) this.#tell(incident, 'resolved', record);
  }

  #tell({ owner, firstSeenMs, reason }: Incident, transition: Transition, record: HealerRecord): void {
    this.#parts.notifier.tell({ transition, owner, firstSeenMs, evidence: reason, record });
  }

  #note(incident: Incident, changes: Changes): void {
    this.#parts.remediations.note(incident.id, changes);
  }

  #end(incident: Incident, changes: Changes): void {
    this.#note(incident, { ...changes, endedAt: toTime(this.#parts.clock.nowMs()) });
  }

  #decided({ policy, condition }: Incident, decision: string, reason: string): void {
    this.#parts.metrics.decisions.inc({ policy, condition, decision, reason });
  }

  #write(
    incident: Incident,
    stage: HealerRecord['stage'],
    particulars: Particulars = {},
    occurrence = 0,
  ): HealerRecord {
    const record = this.#record(incident, stage, particulars);
    this.#parts.eventRecorder.write(record, occurrence);
    this.#parts.traces.record(record, incident.firstSeenMs);
    return record;
  }

  #record(incident: Incident, stage: HealerRecord['stage'], particulars: Particulars): HealerRecord {
    const { id, policy, condition, target, detectedAtMs, decidedAtMs, actedAtMs } = incident;
    return {
      incident: id,
      stage,
      policy,
      condition,
      target,
      reason: incident.reason,
      detectedAtMs,
      ...(decidedAtMs === undefined ? {} : { decidedAtMs }),
      ...(actedAtMs === undefined ? {} : { actedAtMs }),
      ...particulars,
      recordedAtMs: this.#parts.clock.nowMs(),
    };
  }
}

function actionOf(incident: Incident): Particulars {
  const nothingDone = incident.actedAtMs === undefined && !incident.unsure;
  return nothingDone || incident.action === undefined ? {} : { action: incident.action };
}
