import { describe, expect, it } from 'vitest';
import { cannedPass, cannedScenario, cannedSkip } from '../../test/fixtures/canned-run.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';
import { missing } from './missing.ts';

const idle = { ...cannedScenario, name: 'nothing-happens', fault: { type: 'none' } as const };
const suite = { scenarios: [cannedScenario], healer: 'compare', repeat: null } as const;
const asControl = (record: RunRecord): RunRecord => ({ ...record, control: 'fail' });
const { name } = cannedScenario;

describe('what a suite misses', () => {
  it.each<{ what: string; records: readonly RunRecord[]; expected: readonly string[] }>([
    { what: 'nothing where run and control are there', records: [cannedPass, asControl(cannedPass)], expected: [] },
    { what: 'a control', records: [cannedPass], expected: [`the control of ${name} left no record`] },
    { what: 'a run beside its control', records: [asControl(cannedPass)], expected: [`${name} left no record`] },
    { what: 'no control of what was skipped too', records: [cannedSkip, asControl(cannedSkip)], expected: [] },
    {
      what: 'a control that was skipped alone',
      records: [cannedPass, asControl(cannedSkip)],
      expected: [`the control of ${name} was skipped: ${cannedSkip.skippedBecause}`],
    },
  ])('is $what', ({ records, expected }) => {
    expect(missing(suite, records)).toEqual(expected);
  });

  it('is no control where none was asked for, or where nothing is broken', () => {
    expect(missing({ ...suite, healer: 'on' }, [cannedPass])).toEqual([]);
    expect(missing({ ...suite, scenarios: [idle] }, [])).toEqual(['nothing-happens left no record']);
  });
});
