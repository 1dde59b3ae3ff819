import type { HealerRecord } from '../names.ts';

/** Where the healer's spans go. */
export interface Traces {
  /** One span for each decision and each thing that came of it, all of an incident in one trace. */
  record(record: HealerRecord, firstSeenMs: number): void;
  /** Sends what is waiting. */
  stop(): Promise<void>;
}

/** For a healer without an endpoint. */
export const NO_TRACES: Traces = { record: () => undefined, stop: async () => undefined };
