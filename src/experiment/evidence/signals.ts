import type { MessageChannel } from '../../scenario/model/scenario.ts';

/** An alerting rule as Prometheus has it, and how its newest evaluation went. */
export interface RuleState {
  /** File and name of its group. */
  readonly group: string;
  readonly query: string;
  readonly forMs: number;
  /** How often it is evaluated. */
  readonly intervalMs: number;
  /** `ok` where the newest evaluation succeeded. */
  readonly health: string;
  /** By Prometheus's clock, epoch ms. */
  readonly evaluatedAtMs: number;
}

/** One look at the rules of an alert. */
export interface RuleObservation {
  /** When the answer was there, epoch ms. */
  readonly atMs: number;
  /** All rules of that name; empty where there was none. */
  readonly rules: readonly RuleState[];
}

/** A raw sample of `ALERTS`: at this evaluation it was firing. */
export interface AlertPoint {
  readonly atMs: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Everything that was seen of one alert. */
export interface AlertWatch {
  readonly name: string;
  readonly sightings: readonly RuleObservation[];
  /** From here on the points are all there are, epoch ms. */
  readonly pointsFromMs: number;
  readonly points: readonly AlertPoint[];
  /** Why the points could not be read; null where they could. */
  readonly problem: string | null;
}

/** One look at the receiver: who answered, how much it had been told, and whether it had lost anything since the watch began. */
export interface ReceiverObservation {
  readonly askedAtMs: number;
  readonly atMs: number;
  /** Its own clock when it answered, epoch ms. */
  readonly nowMs: number;
  /** When it started, by its own clock. Another time is a restart, and with it the loss of all earlier messages. */
  readonly startedAtMs: number;
  /** How many messages it had taken since then; the newest has this number. */
  readonly taken: number;
  readonly complete: boolean;
}

/** What somebody told people. */
export interface Message {
  /** When the receiver took it, by its own clock, epoch ms. */
  readonly atMs: number;
  /** Counts all messages of a receiver without a gap. */
  readonly sequence: number;
  readonly channel: MessageChannel;
  readonly transition: string;
  readonly incident: string;
  /** Of the healer: namespace, name and kind. Of Alertmanager: the labels of the alert. */
  readonly about: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface MessageWatch {
  readonly sightings: readonly ReceiverObservation[];
  readonly messages: readonly Message[];
}

/** What was seen of what a scenario claims about alerts and messages; left out where it claims nothing. */
export interface SignalEvidence {
  readonly alerts?: readonly AlertWatch[];
  readonly messages?: MessageWatch;
}
