import { describe, expect, it } from 'vitest';
import { cannedScenario } from '../../../test/fixtures/canned-run.ts';
import type { Remediator } from '../../scenario/model/scenario.ts';
import { controlExpectation, controlVerdict } from './control.ts';

const by = (remediator: Remediator) => ({
  ...cannedScenario,
  recovery: { ...cannedScenario.recovery, by: remediator },
});

describe('a control beside a run with the healer', () => {
  it.each([
    ['healer', 'fail'],
    ['kubernetes', 'pass'],
    ['none', 'pass'],
  ] as const)('of a recovery by %s must %s', (remediator, expected) => {
    expect(controlExpectation(by(remediator))).toBe(expected);
  });

  it('would say nothing where nothing is broken', () => {
    expect(controlExpectation({ ...by('none'), fault: { type: 'none' } })).toBeNull();
  });

  it.each([
    ['fail', 'fail', true, 'pass'],
    ['fail', 'fail', false, 'fail'],
    // With the healer on nobody can say that a control holds.
    ['fail', 'fail', null, 'fail'],
    ['fail', 'pass', false, 'fail'],
    ['fail', 'pass', null, 'fail'],
    ['fail', 'inconclusive', false, 'inconclusive'],
    ['pass', 'pass', false, 'pass'],
    ['pass', 'fail', true, 'fail'],
    ['pass', 'inconclusive', false, 'inconclusive'],
  ] as const)('that must %s and ended in %s (holds: %s) is a %s', (expected, verdict, controlHolds, learned) => {
    expect(controlVerdict(expected, { verdict, controlHolds })).toBe(learned);
  });
});
