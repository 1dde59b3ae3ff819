import { describe, expect, it } from 'vitest';
import { entry as sample } from '../../test/fakes/samples.ts';
import { failuresOf, isDeed, Ledger, type LedgerEntry } from './action-history.ts';

function entry(incident: string, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return sample({ incident, workload: 'w', atMs: Number(incident), ...changes });
}

const failed = (incident: string, changes: Partial<LedgerEntry> = {}): LedgerEntry =>
  entry(incident, { outcome: 'failed', ...changes });
const incidents = (entries: readonly LedgerEntry[]): string[] => entries.map(({ incident }) => incident);

describe('the ledger', () => {
  it('keeps one entry for each incident, in order of time, and does not forget what became of it', () => {
    const ledger = new Ledger();
    ledger.add(entry('2', { outcome: 'helped', generationAfter: 5 }));
    ledger.add(entry('1'));
    ledger.add(entry('2'));
    expect(incidents(ledger.entries())).toEqual(['1', '2']);
    expect(ledger.entries()[1]).toMatchObject({ outcome: 'helped', generationAfter: 5 });
  });

  it('stays small', () => {
    const ledger = new Ledger();
    for (let n = 0; n < 700; n += 1) ledger.add(entry(String(n)));
    expect(ledger.entries()).toHaveLength(300);
    expect(ledger.serialise().length).toBeLessThan(100_000);
  });

  it('takes back an action that was not carried out', () => {
    const ledger = new Ledger();
    ledger.add(entry('1'));
    ledger.remove('1');
    expect(ledger.entries()).toEqual([]);
  });

  it('takes over what another replica wrote about its own workloads, and keeps all others', () => {
    const theirs = ({ workload }: { workload: string }): boolean => workload === 'theirs';
    const ledger = new Ledger();
    const written = new Ledger();
    ledger.add(entry('1', { workload: 'theirs' }));
    ledger.add(entry('2', { workload: 'mine' }));
    written.add(entry('3', { workload: 'theirs', outcome: 'failed' }));
    written.add(entry('4', { workload: 'mine' }));
    expect(ledger.adopt(written.serialise(theirs), theirs)).toBeUndefined();
    expect(incidents(ledger.entries())).toEqual(['2', '3']);
    expect(ledger.adopt(undefined, theirs)).toBeUndefined();
    for (const text of ['', 'nonsense', '{}', '[{"incident":1}]'])
      expect(ledger.adopt(text, theirs)).toMatch(/unreadable/);
    expect(incidents(ledger.entries())).toEqual(['2', '3']);
  });

  it('forgives a workload that got whole, and no other, also when the failure is told again', () => {
    const ledger = new Ledger();
    for (const workload of ['w', 'v']) ledger.add(failed(workload, { workload, atMs: 1 }));
    ledger.forgive('w');
    ledger.add(failed('w', { atMs: 1 }));
    const rows = ['w', 'v'].map((workload) => failuresOf(ledger.entries(), workload, 1).length);
    expect(rows).toEqual([0, 1]);
  });
});

describe('failures in a row', () => {
  it.each<[string, LedgerEntry[], string[]]>([
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
    expect([isDeed(entry('1')), isDeed(entry('1', { action: 'Notify' }))]).toEqual([true, false]);
  });
});
