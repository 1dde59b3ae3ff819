import type { Scenario } from '../../scenario/model/scenario.ts';
import type { Judgement, Verdict } from './judgement.ts';

/** What a scenario must come to where the healer is away: `fail` because nothing recovers in time, `pass` as with it. */
export type ControlExpectation = 'fail' | 'pass';

/** Null where a control would say nothing: without a fault there is nothing to cope with. */
export function controlExpectation({
  fault,
  recovery,
}: Pick<Scenario, 'fault' | 'recovery'>): ControlExpectation | null {
  if (fault.type === 'none') return null;
  return recovery.by === 'healer' ? 'fail' : 'pass';
}

/** What is learned from a control: that it did what it must, that it did not, or nothing. */
export function controlVerdict(
  expected: ControlExpectation,
  { verdict, controlHolds }: Pick<Judgement, 'verdict' | 'controlHolds'>,
): Verdict {
  if (expected === 'pass' || verdict === 'inconclusive') return verdict;
  return controlHolds === true ? 'pass' : 'fail';
}
