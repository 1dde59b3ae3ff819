import { describe, expect, it } from 'vitest';
import { failuresInARow, Ledger, type LedgerEntry } from './ledger.ts';

function entry(incident: string, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return { incident, policy: 'p', workload: 'w', generation: 1, atMs: Number(incident), ...changes };
}

const incidents = (ledger: Ledger): string[] => ledger.entries().map(({ incident }) => incident);

describe('the ledger', () => {
  it('survives the way over a Lease', () => {
    const before = new Ledger();
    before.add(entry('1'));
    before.add(entry('2', { outcome: 'failed' }));
    const after = new Ledger();
    expect(after.merge(before.serialise())).toBeUndefined();
    expect(after.entries()).toEqual(before.entries());
  });

  it('joins what another replica did with what this one did, oldest first, its own word last', () => {
    const other = new Ledger();
    for (const incident of ['1', '3']) other.add(entry(incident));
    const own = new Ledger();
    own.add(entry('2'));
    own.add(entry('3', { outcome: 'helped' }));
    own.merge(other.serialise());
    expect(incidents(own)).toEqual(['1', '2', '3']);
    expect(own.entries()[2]?.outcome).toBe('helped');
  });

  it.each(['', 'nonsense', '{}', '[{"incident":1}]'])('says that %j is unreadable and keeps what it has', (text) => {
    const ledger = new Ledger();
    ledger.add(entry('1'));
    expect(ledger.merge(text)).toMatch(/unreadable/);
    expect(incidents(ledger)).toEqual(['1']);
  });

  it('takes over what another replica wrote about its own workloads, and keeps all others', () => {
    const theirs = ({ workload }: { workload: string }): boolean => workload === 'theirs';
    const before = new Ledger();
    const written = new Ledger();
    const entry = { policy: 'p', generation: 1, atMs: 1 };
    before.add({ ...entry, incident: 'old', workload: 'theirs' });
    before.add({ ...entry, incident: 'mine', workload: 'mine' });
    written.add({ ...entry, incident: 'new', workload: 'theirs', atMs: 2 });
    written.add({ ...entry, incident: 'not told', workload: 'mine', atMs: 2 });
    expect(before.adopt(written.serialise(theirs), theirs)).toBeUndefined();
    expect(before.entries().map(({ incident }) => incident)).toEqual(['mine', 'new']);
    expect(before.adopt('nonsense', theirs)).toMatch(/unreadable/);
    expect(before.entries().map(({ incident }) => incident)).toEqual(['mine', 'new']);
  });

  it('has nothing to merge where nobody was before', () => {
    expect(new Ledger().merge(undefined)).toBeUndefined();
  });

  it('stays small', () => {
    const ledger = new Ledger();
    for (let n = 0; n < 500; n += 1) ledger.add(entry(String(n)));
    expect(ledger.entries()).toHaveLength(200);
    expect(ledger.serialise().length).toBeLessThan(100_000);
  });

  it('takes back an action that was not carried out', () => {
    const ledger = new Ledger();
    ledger.add(entry('1'));
    ledger.remove('1');
    expect(ledger.entries()).toEqual([]);
  });

  it('forgives a workload that got whole, and no other', () => {
    const ledger = new Ledger();
    for (const workload of ['w', 'v']) ledger.add(entry(workload, { workload, outcome: 'failed', atMs: 1 }));
    ledger.forgive('w');
    expect([failuresInARow(ledger.entries(), 'w', 1), failuresInARow(ledger.entries(), 'v', 1)]).toEqual([0, 1]);
  });
});
