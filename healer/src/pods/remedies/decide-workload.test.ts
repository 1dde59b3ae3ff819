import { describe, expect, it } from 'vitest';
import { planWorkload, type RollbackTrace, readTrace } from './decide-workload.ts';

const trace = (changes: Partial<RollbackTrace>): RollbackTrace => ({
  incident: 'i',
  from: 'x',
  to: 'y',
  times: 1,
  atMs: 0,
  ...changes,
});

/** Oldest first: `*` after a revision that serves, `!` after one known to be good; the last one is the newest. */
function plan(names: readonly string[], last?: RollbackTrace, giveUpAfter = 3) {
  const revisions = names.map((text, index) => ({
    name: text.replace(/[*!]/g, ''),
    number: index + 1,
    working: text.includes('*'),
  }));
  const good = names.filter((text) => text.includes('!')).map((text) => text.replace(/[*!]/g, ''));
  const current = revisions.at(-1)?.name ?? '';
  const isKnownGood = (name: string): boolean => good.includes(name);
  const result = planWorkload({ current, revisions: revisions.reverse(), isKnownGood, trace: last, giveUpAfter });
  return result.kind === 'rollback' ? `to ${result.to.name} (${result.times})` : result.reason;
}

describe('planWorkload', () => {
  it.each([
    ['one whose pods still serve', ['a*', 'b'], 'to a (1)'],
    ['one that was whole before', ['a!', 'b'], 'to a (1)'],
    ['the newest that worked, past one that never did', ['a!', 'b!', 'c', 'd'], 'to b (1)'],
  ])('goes back to %s', (_title, names, expected) => {
    expect(plan(names)).toBe(expected);
  });

  it('leaves a workload of which no older revision is known to have worked', () => {
    expect(plan(['a', 'b'])).toMatch(/no older revision is known/);
    expect(plan(['a*'])).toMatch(/no older revision is known/);
  });

  it('does not blame a rollout that was complete before', () => {
    expect(plan(['a!', 'b!'])).toMatch(/rollout is not the cause/);
  });

  it('does not roll its own rollback back', () => {
    expect(plan(['z!', 'b', 'a'], trace({ from: 'b', to: 'a' }))).toMatch(/itself a rollback/);
  });

  it('does not go back to what it once rolled back from', () => {
    expect(plan(['a!', 'b!', 'c'], trace({ from: 'b', to: 'a' }))).toBe('to a (1)');
  });

  it('starts anew with a new change, and counts when the same one comes again', () => {
    expect(plan(['a*', 'c'], trace({ from: 'b', to: 'a' }))).toBe('to a (1)');
    expect(plan(['a*', 'b'], trace({ from: 'b', to: 'a', times: 2 }))).toBe('to a (3)');
    expect(plan(['a*', 'b'], trace({ from: 'b', to: 'a', times: 3 }))).toMatch(/rolled back 3 times/);
  });

  it('decides nothing about a revision that it does not know', () => {
    const known = { current: 'b', revisions: [], isKnownGood: () => false, trace: undefined, giveUpAfter: 3 };
    expect(planWorkload(known)).toMatchObject({ kind: 'leave' });
  });
});

describe('readTrace', () => {
  it.each([undefined, '', '{', '[]', '{"incident":1}'])('takes %j for no note', (text) => {
    expect(readTrace(text)).toBeUndefined();
  });

  it('reads what was written', () => {
    expect(readTrace(JSON.stringify(trace({})))).toEqual(trace({}));
  });
});
