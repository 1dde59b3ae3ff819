import type { RemediationView } from '../remediations/view.ts';
import type { Notice } from './notice.ts';

/** Where people are told what becomes of incidents. Nothing here is waited for, and nothing fails. */
export interface Notifier {
  tell(notice: Notice): void;
  /** Tells what whoever had an incident before did not get told. `carriedOut`: its action is taken as done. */
  adopt(view: RemediationView, carriedOut: boolean): void;
  /** To be called every now and then. */
  beat(): void;
  /** Sends what is waiting, for `withinMs` at most. */
  flush(withinMs: number): Promise<void>;
  readonly depth: number;
}

/** For a healer without a channel. */
export const NO_NOTIFICATIONS: Notifier = {
  tell: () => undefined,
  adopt: () => undefined,
  beat: () => undefined,
  flush: async () => undefined,
  depth: 0,
};
