import { describe, expect, it } from 'vitest';
import { entry as sample } from '../../test/fakes/samples.ts';
import { ActionHistory, failuresOf, type PastAction, touchesCluster } from './action-history.ts';

function entry(incident: string, changes: Partial<PastAction> = {}): PastAction {
  return sample({ incident, workload: 'w', atMs: Number(incident), ...changes });
}

const failed = (incident: string, changes: Partial<PastAction> = {}): PastAction =>
  entry(incident, { outcome: 'failed', ...changes });
const incidents = (entries: readonly PastAction[]): string[] => entries.map(({ incident }) => incident);

describe('the action history', () => {
  it('keeps one entry for each incident, in order of time, and does not forget what became of it', () => {
    const actionHistory = new ActionHistory();
    actionHistory.add(entry('2', { outcome: 'helped', generationAfter: 5 }));
    actionHistory.add(entry('1'));
    actionHistory.add(entry('2'));
    expect(incidents(actionHistory.entries())).toEqual(['1', '2']);
    expect(actionHistory.entries()[1]).toMatchObject({ outcome: 'helped', generationAfter: 5 });
  });

  it('stays small', () => {
    const actionHistory = new ActionHistory();
    for (let n = 0; n < 700; n += 1) actionHistory.add(entry(String(n)));
    expect(actionHistory.entries()).toHaveLength(300);
    expect(actionHistory.serialise().length).toBeLessThan(100_000);
  });

  it('takes back an action that was not carried out', () => {
    const actionHistory = new ActionHistory();
    actionHistory.add(entry('1'));
    actionHistory.remove('1');
    expect(actionHistory.entries()).toEqual([]);
  });

  it('takes over what another replica wrote about its own workloads, and keeps all others', () => {
    const theirs = ({ workload }: { workload: string }): boolean => workload === 'theirs';
    const actionHistory = new ActionHistory();
    const written = new ActionHistory();
    actionHistory.add(entry('1', { workload: 'theirs' }));
    actionHistory.add(entry('2', { workload: 'mine' }));
    written.add(entry('3', { workload: 'theirs', outcome: 'failed' }));
    written.add(entry('4', { workload: 'mine' }));
    expect(actionHistory.adopt(written.serialise(theirs), theirs)).toBeUndefined();
    expect(incidents(actionHistory.entries())).toEqual(['2', '3']);
    expect(actionHistory.adopt(undefined, theirs)).toBeUndefined();
    for (const text of ['', 'nonsense', '{}', '[{"incident":1}]'])
      expect(actionHistory.adopt(text, theirs)).toMatch(/unreadable/);
    expect(incidents(actionHistory.entries())).toEqual(['2', '3']);
  });

  it('resets the failures of a workload that got whole, and no other, also when the failure is told again', () => {
    const actionHistory = new ActionHistory();
    for (const workload of ['w', 'v']) actionHistory.add(failed(workload, { workload, atMs: 1 }));
    actionHistory.resetFailures('w');
    actionHistory.add(failed('w', { atMs: 1 }));
    const rows = ['w', 'v'].map((workload) => failuresOf(actionHistory.entries(), workload, 1).length);
    expect(rows).toEqual([0, 1]);
  });
});

describe('failures in a row', () => {
  it.each<[string, PastAction[], string[]]>([
    ['count back to what helped', [failed('1'), entry('2', { outcome: 'helped' }), failed('3')], ['3']],
    ['count past what nobody knows yet', [failed('1'), entry('2'), failed('3')], ['3', '1']],
    ['end where somebody else changed the spec', [failed('1', { generation: 0 }), failed('2')], ['2']],
    [
      'go on over a change that the healer made',
      [failed('1', { generation: 0 }), failed('2', { generation: 0, generationAfter: 1 })],
      ['2', '1'],
    ],
    ['are those of one workload', [failed('1', { workload: 'v' }), failed('2')], ['2']],
  ])('%s', (_title, entries, expected) => {
    expect(incidents(failuresOf(entries, 'w', 1))).toEqual(expected);
  });

  it('can be told from mere words', () => {
    expect([touchesCluster(entry('1')), touchesCluster(entry('1', { action: 'Notify' }))]).toEqual([true, false]);
  });
});
