import { turnText } from '../adapters/allure/messages.ts';
import { type ControlExpectation, controlExpectation } from '../experiment/result/control.ts';
import type { Turn } from '../experiment/run-record/run-record.ts';
import type { Scenario } from '../scenario/model/scenario.ts';
import { turnsOf } from './repeats.ts';
import type { SuiteFile } from './suite-file.ts';

/** One run to make of a scenario. */
export interface PlannedRepetition {
  /** Which of several runs; null for one that stands for itself. */
  readonly turn: Turn | null;
  /** What it must come to without the healer; null for a run that is no control of another. */
  readonly control: ControlExpectation | null;
}

/** The runs to make of a scenario, one after the other; where it is compared, its control is the last. */
export function repetitionsOf(
  scenario: Scenario,
  { healer, repeat }: Pick<SuiteFile, 'healer' | 'repeat'>,
): PlannedRepetition[] {
  const runs = turnsOf(scenario, repeat).map((turn): PlannedRepetition => ({ turn, control: null }));
  const control = healer === 'compare' ? controlExpectation(scenario) : null;
  return control === null ? runs : [...runs, { turn: null, control }];
}

/** What a run that is to be made is called among the tests of a suite. */
export function testNameOf({ name, title }: Scenario, { turn, control }: PlannedRepetition): string {
  return `${title === '' ? name : title}${turn === null ? '' : turnText(turn)}${control === null ? '' : ' (healer off)'}`;
}
