/** Something that was told: by the healer as a Slack message, or by Alertmanager. */
export interface NewMessage {
  readonly channel: 'slack' | 'alertmanager';
  /** Slack: as the sender names it, empty where it names none. Alertmanager: `firing` or `resolved`. */
  readonly transition: string;
  /** Id of the healer's incident, or the fingerprint of the alert; empty where there is none. */
  readonly incident: string;
  /** Slack: namespace, name and kind of what it is about. Alertmanager: the labels of the alert. */
  readonly about: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Message extends NewMessage {
  /** When it was taken, epoch milliseconds. */
  readonly receivedAtMs: number;
  /** Counts from 1, without gaps, in order of arrival. */
  readonly sequence: number;
}
