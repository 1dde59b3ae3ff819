import { type EventsV1Event, V1MicroTime } from '@kubernetes/client-node';

/** The object an Event is about. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string | undefined;
}

/** A Kubernetes Event in the healer's words. */
export interface WrittenEvent {
  readonly namespace: string;
  /** Two Events of one name are one: the name is made from what must be said only once. */
  readonly name: string;
  readonly subject: EventSubject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly controller: string;
  readonly instance: string;
}

/** The API server refuses a longer note. */
const NOTE_LIMIT = 1024;
const INSTANCE_LIMIT = 128;

export function toEvent(event: WrittenEvent): EventsV1Event {
  const { subject } = event;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: event.name, namespace: event.namespace, annotations: { ...event.annotations } },
    eventTime: new V1MicroTime(event.atMs),
    regarding: {
      apiVersion: subject.apiVersion,
      kind: subject.kind,
      namespace: subject.namespace,
      name: subject.name,
      ...(subject.uid === undefined ? {} : { uid: subject.uid }),
    },
    type: event.type,
    reason: event.reason,
    action: event.action,
    note: event.note.slice(0, NOTE_LIMIT),
    reportingController: event.controller,
    reportingInstance: event.instance.slice(0, INSTANCE_LIMIT),
  };
}
