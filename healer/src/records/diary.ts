import type { Clock } from '../clock.ts';
import type { HealerRecord, RefusalReason } from '../names.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';
import type { Incident } from './incident.ts';
import type { Recorder } from './recorder.ts';

type Particulars = Partial<Pick<HealerRecord, 'action' | 'refusal' | 'reason' | 'decidedAtMs'>>;

/**
 * Turns what happens to an incident into records and counts. Only the replica that may act on the target writes Events;
 * the others see the same and would say everything twice.
 */
export class Diary {
  readonly #recorder: Pick<Recorder, 'write' | 'mention'>;
  readonly #metrics: HealerMetrics;
  readonly #clock: Clock;
  readonly #mayActOn: (owner: string) => boolean;

  constructor(parts: {
    recorder: Pick<Recorder, 'write' | 'mention'>;
    metrics: HealerMetrics;
    clock: Clock;
    mayActOn: (owner: string) => boolean;
  }) {
    this.#recorder = parts.recorder;
    this.#metrics = parts.metrics;
    this.#clock = parts.clock;
    this.#mayActOn = parts.mayActOn;
  }

  /** Tells of an incident once, as soon as this replica may speak. */
  announce(incident: Incident): void {
    if (incident.announced || !this.#mayActOn(incident.owner)) return;
    incident.announced = true;
    this.#metrics.incidents.inc({ policy: incident.policy, condition: incident.condition });
    this.#write(incident, 'detected');
  }

  /** Tells why nothing is done, once per incident and reason. */
  refused(incident: Incident, refusal: RefusalReason, reason: string): void {
    if (incident.said.has(refusal)) return;
    incident.said.add(refusal);
    this.#metrics.refusals.inc({ reason: refusal });
    this.#decided(incident, 'refuse', refusal);
    const particulars = { refusal, reason, decidedAtMs: this.#clock.nowMs() };
    if (this.#mayActOn(incident.owner)) this.#write(incident, 'refused', particulars);
    else this.#recorder.mention(this.#record(incident, 'refused', particulars));
  }

  acted(incident: Incident): void {
    const { decidedAtMs = incident.detectedAtMs, actedAtMs = decidedAtMs } = incident;
    this.#decided(incident, 'act', 'EvictPod');
    this.#metrics.actions.inc({ action: 'EvictPod', outcome: 'accepted' });
    this.#metrics.detectSeconds.observe({ condition: incident.condition }, (decidedAtMs - incident.firstSeenMs) / 1000);
    this.#metrics.actSeconds.observe({ action: 'EvictPod' }, (actedAtMs - decidedAtMs) / 1000);
    this.#write(incident, 'acted', { action: 'EvictPod' });
  }

  /** The action was refused by the server, got no answer, or did not help. */
  failed(incident: Incident, reason: string, outcome: 'error' | 'unverified'): void {
    incident.failures += 1;
    this.#metrics.actions.inc({ action: 'EvictPod', outcome });
    this.#write(incident, 'failed', { action: 'EvictPod', reason }, incident.failures);
  }

  resolved(incident: Incident, reason: string): void {
    if (incident.announced) this.#write(incident, 'resolved', { reason, ...actionOf(incident) });
  }

  /** An end that nobody has to be told of, because what it was about is no more; in the log alone. */
  moot(incident: Incident, reason: string): void {
    this.#recorder.mention(this.#record(incident, 'resolved', { reason, ...actionOf(incident) }));
  }

  gaveUp(incident: Incident, reason: string): void {
    this.#write(incident, 'gave-up', { refusal: 'GaveUp', reason });
  }

  #decided(incident: Incident, decision: string, reason: string): void {
    this.#metrics.decisions.inc({ policy: incident.policy, condition: incident.condition, decision, reason });
  }

  #write(incident: Incident, stage: HealerRecord['stage'], particulars: Particulars = {}, occurrence = 0): void {
    this.#recorder.write(this.#record(incident, stage, particulars), occurrence);
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
      recordedAtMs: this.#clock.nowMs(),
    };
  }
}

function actionOf(incident: Incident): Particulars {
  return incident.actedAtMs === undefined && !incident.unsure ? {} : { action: 'EvictPod' };
}
