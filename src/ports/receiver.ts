import type { Message } from '../experiment/evidence/signals.ts';

/** What a receiver says when it is asked. Times are epoch milliseconds by its own clock. */
export interface ReceiverReading {
  /** Another time than before is a restart, and with it the loss of all earlier messages. */
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** How many messages it has taken since it started; the newest has this number. */
  readonly taken: number;
  /** Everything that came since the time asked for is here. */
  readonly complete: boolean;
  readonly messages: readonly Message[];
}

/** Stands for the people who are told: takes messages, and shows them. */
export interface Receiver {
  /** Messages since a time, oldest first. @throws MetricsError when it does not answer or cannot be understood. */
  since(atMs: number, signal?: AbortSignal): Promise<ReceiverReading>;
}
