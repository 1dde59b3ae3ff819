import { describe, expect, it } from 'vitest';
import {
  buildEvidence,
  injectorEvent,
  NO_FAULT,
  PARTITION,
  pod,
  reading,
  T0,
} from '../../../test/fixtures/evidence-builder.ts';
import type { SequenceFault } from '../../scenario/model/fault.ts';
import type { Injection } from '../evidence/evidence.ts';
import { firstEffect, isProven } from './proof.ts';

function injection(over: Partial<Injection> = {}): Injection {
  const found = buildEvidence({ injection: over }).injection;
  if (found === null) throw new Error('the story has a fault');
  return found;
}

const other = { targetUid: 'uid-2' };
const failed = injectorEvent(0, { outcome: 'Failed', message: 'unable to flush ip sets' });

describe('isProven', () => {
  it('is proven when witness and record agree', () => {
    expect(isProven(PARTITION, injection())).toEqual({ proven: true, missing: [], remarks: [] });
  });

  it.each([
    { what: 'the injector says that it failed', events: [failed], word: 'says it failed (unable to flush ip sets)' },
    { what: 'the injector has no record', events: [], word: 'has no record of it' },
  ])('is proven with a remark when $what', ({ events, word }) => {
    const result = isProven(PARTITION, injection({ events }));
    expect(result.proven).toBe(true);
    expect(result.remarks).toEqual([
      `shop-back-1: peer-unreachable saw the fault (0 of 2 peers reach it), the injector ${word}`,
    ]);
  });

  it.each<{ what: string; over: Partial<Injection>; why: RegExp }>([
    {
      what: 'only the injector says so',
      over: { readings: [reading(900, false)] },
      why: /says it was applied, but .* saw no effect/,
    },
    { what: 'the witness could not look', over: { readings: [reading(900, null)] }, why: /could not look/ },
    { what: 'no witness looked', over: { readings: [] }, why: /no witness looked/ },
    { what: 'the witness had said so before', over: { baseline: [reading(-1_000, true)] }, why: /proves nothing/ },
    {
      what: 'the witness had wavered before',
      over: { baseline: [reading(-2_000, true), reading(-1_000, false)] },
      why: /proves nothing/,
    },
    { what: 'the witness could not look before', over: { baseline: [reading(-1_000, null)] }, why: /proves nothing/ },
    { what: 'there is no baseline', over: { baseline: [] }, why: /proves nothing/ },
    { what: 'the baseline was read too late', over: { baseline: [reading(10, false)] }, why: /proves nothing/ },
    {
      what: 'the baseline is another witness’s',
      over: { baseline: [reading(-1_000, false, { witness: 'qdisc' })] },
      why: /proves nothing/,
    },
    {
      what: 'the bite is older than the request',
      over: { readings: [reading(-10, true)] },
      why: /only before the injection/,
    },
    {
      what: 'the bite is younger than the undoing',
      over: { undoneAtMs: T0 + 400 },
      why: /only before the injection or after/,
    },
    {
      what: 'the API server refused',
      over: { acceptedAtMs: null, refusal: 'denied' },
      why: /refused the fault: denied/,
    },
    { what: 'there is no target', over: { targets: [] }, why: /no target/ },
    { what: 'one of two targets was not bitten', over: { targets: [pod(1), pod(2)] }, why: /^shop-back-2: no witness/ },
  ])('is not proven when $what', ({ over, why }) => {
    const result = isProven(PARTITION, injection(over));
    expect(result.proven).toBe(false);
    expect(result.missing).toEqual([expect.stringMatching(why)]);
  });

  it('is proven on several targets only by a witness of each', () => {
    const both = injection({
      targets: [pod(1), pod(2)],
      baseline: [reading(-1_000, false), reading(-1_000, false, other)],
      readings: [reading(500, true), reading(700, true, other)],
      events: [injectorEvent(0), injectorEvent(0, { target: 'shop/shop-back-2/app' })],
    });
    expect(isProven(PARTITION, both)).toMatchObject({ proven: true, remarks: [] });
  });

  it('does not believe what a witness sees after somebody removed the target', () => {
    const removed = new Map([['uid-1', T0 + 400]]);
    expect(isProven(PARTITION, injection(), removed)).toMatchObject({ proven: false });
    expect(isProven(PARTITION, injection(), new Map([['uid-1', T0 + 600]]))).toMatchObject({ proven: true });
  });

  it('has nothing to prove without a fault, and is not proven without an injection', () => {
    expect(isProven(NO_FAULT, null)).toEqual({ proven: false, missing: [], remarks: [] });
    expect(isProven(PARTITION, null)).toMatchObject({ proven: false, missing: ['nothing was injected'] });
  });
});

describe('firstBite', () => {
  it('is the earliest credible reading, in whatever order they came', () => {
    const readings = [reading(900, true), reading(600, true), reading(300, false)];
    expect(firstEffect(injection({ readings }), pod(1))?.atMs).toBe(T0 + 600);
  });
});

describe('a sequence', () => {
  const steps = [PARTITION, PARTITION].map((fault) => ({ afterMs: 0, fault })) as SequenceFault['steps'];
  const sequence: SequenceFault = { type: 'sequence', steps };
  const unseen = { readings: [reading(900, false)] };

  it('is proven when each of its faults is', () => {
    const parts = [injection(), injection()];
    expect(isProven(sequence, injection({ parts }))).toEqual({ proven: true, missing: [], remarks: [] });
  });

  it.each([
    ['one of them is not', [injection(), injection(unseen)], /^fault 2 of 2: shop-back-1: .* saw no effect/],
    ['one of them was never injected', [injection()], /^fault 2 of 2: nothing was injected/],
    ['only all of them together are', undefined, /^fault 1 of 2: nothing was injected/],
  ])('is not proven when %s', (_what, parts, why) => {
    const result = isProven(sequence, injection(parts === undefined ? {} : { parts }));
    expect(result.proven).toBe(false);
    expect(result.missing[0]).toMatch(why);
  });
});
