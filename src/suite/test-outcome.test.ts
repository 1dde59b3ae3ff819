import { AssertionError } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { cannedFail, cannedInconclusive, cannedPass, cannedSkip } from '../../test/fixtures/canned-run.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';
import { giveOutcome, UndecidedError } from './test-outcome.ts';

class Skipped extends Error {}
const skip = (reason: string): never => {
  throw new Skipped(reason);
};

describe('the outcome of a test', () => {
  it('of a pass is to return', () => {
    expect(() => giveOutcome(cannedPass, skip)).not.toThrow();
  });

  it.each<[string, RunRecord, new (...args: never[]) => Error, string]>([
    ['a refuted claim', cannedFail, AssertionError, 'RECOVERY_EXCEEDED'],
    ['what could not be found out', cannedInconclusive, UndecidedError, 'FAULT_NOT_PROVEN'],
    ['a leak', { ...cannedPass, leaks: [{ what: 'Pod', detail: 'shop/x' }] }, UndecidedError, 'Pod: shop/x'],
    ['a clean-up that failed', { ...cannedPass, cleanupErrors: ['too late'] }, UndecidedError, 'too late'],
    ['a run without a judgement', { ...cannedPass, judgement: null }, UndecidedError, 'Not judged'],
    ['a skipped run', cannedSkip, Skipped, 'needs 5 nodes'],
  ])('of %s is an error of its own kind, with the reason', (_name, record, kind, words) => {
    expect(() => giveOutcome(record, skip)).toThrow(kind);
    expect(() => giveOutcome(record, skip)).toThrow(words);
  });
});
