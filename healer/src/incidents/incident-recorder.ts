import type { Clock } from '../clock.ts';
import type { HealerRecord, RefusalReason, Transition } from '../names.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { RemediationOwnership, StatusChanges } from '../remediations/remediation-ownership.ts';
import { toTime } from '../remediations/view.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';
import type { Traces } from '../telemetry/traces.ts';
import type { EventRecorder } from './event-recorder.ts';
import { type Incident, mayHaveActed } from './incident.ts';
import { recordedTarget } from './recorded-target.ts';

type Particulars = Partial<Pick<HealerRecord, 'action' | 'refusal' | 'reason' | 'decidedAtMs'>>;

export interface IncidentRecorderParts {
  readonly eventRecorder: Pick<EventRecorder, 'write' | 'mention'>;
  readonly remediations: Pick<RemediationOwnership, 'note'>;
  readonly metrics: HealerMetrics;
  readonly traces: Traces;
  readonly notifier: Pick<Notifier, 'tell'>;
  readonly clock: Clock;
  readonly shards: Pick<ShardOwnership, 'mayActOn'>;
}

/**
 * Turns what happens to an incident into records and counts: log, Event, Remediation, span, message, all with its id. What
 * this replica did it always tells; what it merely sees, all replicas see, and only the one that may act on the target
 * writes more than its log.
 */
export class IncidentRecorder {
  readonly #parts: IncidentRecorderParts;

  constructor(parts: IncidentRecorderParts) {
    this.#parts = parts;
  }

  /** Tells of an incident once, as soon as this replica may speak. */
  announce(incident: Incident): void {
    if (incident.announced || !this.#mayActOn(incident)) return;
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
      if (withdrawn) this.#noteRefusal(incident, refusal, reason);
      return;
    }
    this.#countRefusal(incident, refusal);
    const particulars = { refusal, reason, decidedAtMs: this.#parts.clock.nowMs() };
    if (!this.#mayActOn(incident)) {
      this.#parts.eventRecorder.mention(this.#record(incident, 'refused', particulars));
      return;
    }
    this.#tell(incident, 'refused', this.#write(incident, 'refused', particulars));
    this.#noteRefusal(incident, refusal, reason);
  }

  /** `generation` is that of the workload, or the revision of the release, after the action; `detail` what exactly was done. */
  acted(incident: Incident, { generation, detail }: { generation: number; detail?: string | undefined }): void {
    const { metrics } = this.#parts;
    const { decidedAtMs = incident.detectedAtMs, actedAtMs = decidedAtMs, action = 'Notify' } = incident;
    const reason = detail === undefined ? incident.reason : `${incident.reason}; ${detail}`;
    this.#countDecision(incident, 'act', action);
    metrics.actions.inc({ action, outcome: 'accepted' });
    const detectMs = Math.max(0, decidedAtMs - incident.firstSeenMs);
    metrics.detectSeconds.observe({ condition: incident.condition }, detectMs / 1000);
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
    else if (!mayHaveActed(incident)) this.#note(incident, { phase: 'Detected', reason });
    const record = this.#write(incident, 'failed', { action, reason }, incident.failures);
    if (outcome === 'unverified') this.#tell(incident, 'escalated', record);
  }

  /** Nothing is told of the end of what was never told. */
  resolved(incident: Incident, reason: string, outcome: 'helped' | 'none' = 'none'): void {
    this.#end(incident, { phase: 'Resolved', outcome, reason });
    if (!incident.announced) return;
    const particulars = { reason, ...actionOf(incident) };
    if (this.#mayActOn(incident)) this.#tell(incident, 'resolved', this.#write(incident, 'resolved', particulars));
    else this.#parts.eventRecorder.mention(this.#record(incident, 'resolved', particulars));
  }

  /** The target went away before anything was done. */
  vanished(incident: Incident, reason: string): void {
    if (incident.announced) this.refused(incident, 'TargetGone', reason);
    this.#end(incident, { phase: 'Obsolete', outcome: 'none', reason });
    this.#over(incident, this.#record(incident, 'resolved', { reason }));
  }

  /** An end that is worth no Event, because what it was about is no more; in the log alone. */
  obsolete(incident: Incident, reason: string): void {
    this.#end(incident, { phase: 'Obsolete', outcome: 'none', reason });
    const record = this.#record(incident, 'resolved', { reason, ...actionOf(incident) });
    this.#parts.eventRecorder.mention(record);
    this.#over(incident, record);
  }

  /** Nothing more is tried. It is a decision not to act, and counts as one. */
  gaveUp(incident: Incident, reason: string): void {
    const { policy, condition } = incident;
    if (!incident.said.has('GaveUp')) this.#countRefusal(incident, 'GaveUp');
    const particulars = { refusal: 'GaveUp', reason } as const;
    if (!this.#mayActOn(incident)) {
      this.#parts.eventRecorder.mention(this.#record(incident, 'gave-up', particulars));
      return;
    }
    this.#parts.metrics.giveUps.inc({ policy, condition });
    this.#end(incident, { phase: 'GaveUp', outcome: 'failed', refusal: 'GaveUp', reason });
    this.#tell(incident, 'gave-up', this.#write(incident, 'gave-up', particulars));
  }

  #mayActOn({ owner }: Incident): boolean {
    return this.#parts.shards.mayActOn(owner);
  }

  /** Whoever was told of it is told that it is over, also where that is worth no record. */
  #over(incident: Incident, record: HealerRecord): void {
    if (incident.announced) this.#tell(incident, 'resolved', record);
  }

  #tell({ owner, firstSeenMs, reason }: Incident, transition: Transition, record: HealerRecord): void {
    const { notifier, shards } = this.#parts;
    if (shards.mayActOn(owner)) notifier.tell({ transition, owner, firstSeenMs, evidence: reason, record });
  }

  /** After an action whose effect is not known it stays open whether it was carried out. */
  #noteRefusal(incident: Incident, refusal: RefusalReason, reason: string): void {
    if (!mayHaveActed(incident)) this.#note(incident, { phase: 'Refused', refusal, reason });
  }

  #note(incident: Incident, changes: StatusChanges): void {
    this.#parts.remediations.note(incident.id, changes);
  }

  #end(incident: Incident, changes: StatusChanges): void {
    this.#note(incident, { ...changes, endedAt: toTime(this.#parts.clock.nowMs()) });
  }

  #countRefusal(incident: Incident, reason: RefusalReason): void {
    incident.said.add(reason);
    this.#parts.metrics.refusals.inc({ reason });
    this.#countDecision(incident, 'refuse', reason);
  }

  #countDecision({ policy, condition }: Incident, decision: string, reason: string): void {
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
      target: recordedTarget(target),
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
  return mayHaveActed(incident) && incident.action !== undefined ? { action: incident.action } : {};
}
