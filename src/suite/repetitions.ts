import { type ControlExpectation, controlExpectation } from '../experiment/result/control.ts';
import type { Turn } from '../experiment/run-record/run-record.ts';
import type { Scenario } from '../scenario/model/scenario.ts';
import { turnsOf } from './repeats.ts';
import type { SuiteFile } from './suite-file.ts';

/** One run to make of a scenario. */
export interface Trial {
  /** Which of several runs; null for one that stands for itself. */
  readonly turn: Turn | null;
  /** What it must come to without the healer; null for a run that is no control of another. */
  readonly control: ControlExpectation | null;
}

/** The runs to make of a scenario, one after the other; where it is compared, its control is the last. */
export function trialsOf(scenario: Scenario, { healer, repeat }: Pick<SuiteFile, 'healer' | 'repeat'>): Trial[] {
  const runs = turnsOf(scenario, repeat).map((turn): Trial => ({ turn, control: null }));
  const control = healer === 'compare' ? controlExpectation(scenario) : null;
  return control === null ? runs : [...runs, { turn: null, control }];
}
