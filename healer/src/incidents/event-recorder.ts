import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { EventSubject } from '../kube/event.ts';
import { ANNOTATIONS, type HealerRecord, REPORTING_CONTROLLER, type RecordedTarget } from '../names.ts';
import type { EventOutbox } from './event-outbox.ts';
import { eventReasonOf, sentenceOf } from './sentences.ts';

/** Says what the healer saw, decided and did: a log line and an Event each. */
export class EventRecorder {
  readonly #log: Logger;
  readonly #outbox: EventOutbox;
  readonly #instance: string;

  constructor(log: Logger, outbox: EventOutbox, instance: string) {
    this.#log = log;
    this.#outbox = outbox;
    this.#instance = instance;
  }

  /** `occurrence` tells repeated records of one stage apart. */
  write(record: HealerRecord, occurrence = 0): void {
    const sentence = sentenceOf(record);
    this.#log.info({ record }, sentence);
    const { target } = record;
    this.#outbox.put({
      namespace: target.namespace,
      name: eventName(target.name, [record.incident, record.stage, record.refusal ?? '', String(occurrence)]),
      subject: subjectOf(target),
      type: record.stage === 'acted' || record.stage === 'resolved' ? 'Normal' : 'Warning',
      reason: eventReasonOf(record.stage),
      action: record.action ?? 'None',
      note: sentence,
      annotations: { [ANNOTATIONS.record]: JSON.stringify(record) },
      atMs: record.recordedAtMs,
      controller: REPORTING_CONTROLLER,
      instance: this.#instance,
    });
  }

  /** Says something that concerns no pod, once per `key`. */
  announce(
    subject: EventSubject,
    type: 'Normal' | 'Warning',
    reason: string,
    note: string,
    key: string,
    atMs: number,
  ): void {
    this.#log[type === 'Warning' ? 'warn' : 'info']({ reason }, note);
    this.#outbox.put({
      namespace: subject.namespace,
      name: eventName(subject.name, [reason, key]),
      subject,
      type,
      reason,
      action: 'None',
      note,
      annotations: {},
      atMs,
      controller: REPORTING_CONTROLLER,
      instance: this.#instance,
    });
  }

  /** A line for the log alone. */
  mention(record: HealerRecord): void {
    this.#log.info({ record }, sentenceOf(record));
  }
}

/** Helm has no object for a release as a whole, so its Events are about its name. */
function subjectOf({ kind, namespace, name, uid }: RecordedTarget): EventSubject {
  if (kind === 'Pod') return { apiVersion: 'v1', kind, namespace, name, uid };
  return { apiVersion: 'helm.sh/v3', kind, namespace, name };
}

/** The same facts give the same name, so that no replica and no restart says a thing twice. */
function eventName(about: string, parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
  return `${about.slice(0, 200)}.${digest}`;
}
