import type {
  AlertPoint,
  AlertWatch,
  Message,
  MessageWatch,
  ReceiverObservation,
  RuleObservation,
  SignalEvidence,
} from './signals.ts';

/** What of a line is kept besides its source and place. */
type Content<T> = T & { readonly atMs: number };

/** Every look and every message as a line; points and looks of an alert carry its name. */
export interface SignalLines {
  readonly 'alert-rule': readonly Content<RuleObservation & { readonly alert: string }>[];
  readonly alert: readonly Content<AlertPoint & { readonly alert: string }>[];
  readonly receiver: readonly ReceiverObservation[];
  readonly message: readonly Message[];
}

/** What stands around the lines. */
export interface SignalFrame {
  readonly alerts?: readonly Omit<AlertWatch, 'sightings' | 'points'>[];
  /** The receiver was watched. */
  readonly messages?: Readonly<Record<string, never>>;
}

/** Names an alert's look as its line, and as the journal, does. */
export function ruleLine(alert: string, sighting: RuleObservation): SignalLines['alert-rule'][number] {
  return { alert, ...sighting };
}

export function signalLines({ alerts = [], messages }: SignalEvidence): SignalLines {
  return {
    'alert-rule': alerts.flatMap(({ name, sightings }) => sightings.map((sighting) => ruleLine(name, sighting))),
    alert: alerts.flatMap(({ name, points }) => points.map((point) => ({ alert: name, ...point }))),
    receiver: messages?.sightings ?? [],
    message: messages?.messages ?? [],
  };
}

export function signalFrame({ alerts, messages }: SignalEvidence): SignalFrame {
  const frames = alerts?.map(({ sightings: _sightings, points: _points, ...rest }) => rest);
  return { ...(frames === undefined ? {} : { alerts: frames }), ...(messages === undefined ? {} : { messages: {} }) };
}

export function signalsOf({ alerts, messages }: SignalFrame, lines: SignalLines): SignalEvidence {
  const ofAlert = <T extends { readonly alert: string }>(all: readonly T[], name: string): Omit<T, 'alert'>[] =>
    all.flatMap(({ alert, ...rest }) => (alert === name ? [rest] : []));
  const watches = alerts?.map((frame) => ({
    ...frame,
    sightings: ofAlert(lines['alert-rule'], frame.name),
    points: ofAlert(lines.alert, frame.name),
  }));
  const watch: MessageWatch = { sightings: lines.receiver, messages: lines.message };
  return {
    ...(watches === undefined ? {} : { alerts: watches }),
    ...(messages === undefined ? {} : { messages: watch }),
  };
}

/** Lines of an alert or a receiver that the frame does not know. */
export function strayLines({ alerts = [], messages }: SignalFrame, lines: SignalLines): string[] {
  const known = new Set(alerts.map(({ name }) => name));
  const strays = [...lines['alert-rule'], ...lines.alert].filter(({ alert }) => !known.has(alert));
  const told = messages === undefined ? lines.receiver.length + lines.message.length : 0;
  return strays.length + told === 0 ? [] : ['events.jsonl has a line of an alert or a receiver that was not watched'];
}
