import type { Repeat } from '../../scenario/model/scenario.ts';
import type { RepeatedRun, RepetitionVerdict } from './repetition.ts';

/** What the runs of one scenario say together. */
export interface RepetitionView extends RepetitionVerdict {
  readonly scenario: string;
  readonly title: string;
  readonly file: string;
  readonly repeat: Repeat;
  /** Runs of this suite, by id. */
  readonly runs: readonly string[];
  /** Runs before it that count, by id. */
  readonly earlier: readonly string[];
  /** All of them, oldest first. */
  readonly trials: readonly (RepeatedRun & { readonly isEarlier: boolean })[];
}
