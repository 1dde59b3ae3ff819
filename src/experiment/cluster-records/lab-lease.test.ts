import { describe, expect, it } from 'vitest';
import { LABELS } from '../../../healer/src/names.ts';
import { durationMsOf, holderOf, isLatelyRenewed, LEASE_TIMES, usedBy } from './lab-lease.ts';
import { isSameHold, leaseReleased, leaseRenewed, leaseTaken } from './lease-writes.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00Z');
const EMPTY = { metadata: {} };
const RUN = { by: 'run', runId: 'run-1' } as const;
const JANITOR = { by: 'janitor', runId: 'run-1' } as const;

const lease = (spec: Readonly<Record<string, unknown>>) => ({ metadata: {}, spec });

describe('the Lease of the lab', () => {
  it('leaves a holder time for some renewals that fail, and a second in which it has stopped by itself', () => {
    const { durationMs, renewEveryMs, giveUpAfterMs } = LEASE_TIMES;
    expect(giveUpAfterMs / renewEveryMs).toBeGreaterThan(4);
    expect(durationMs - giveUpAfterMs).toBeGreaterThanOrEqual(1_000);
  });

  it.each([RUN, JANITOR])('names whoever took it: $by', (holder) => {
    expect(holderOf(leaseTaken(EMPTY, holder, NOW_MS))).toEqual(holder);
    expect(holderOf(leaseRenewed(leaseTaken(EMPTY, holder, NOW_MS), NOW_MS + 1))).toEqual(holder);
    expect(holderOf(leaseReleased(leaseTaken(EMPTY, holder, NOW_MS)))).toBeNull();
  });

  it.each([
    ['is not there', null],
    ['says nothing', EMPTY],
    ['names nobody', lease({ holderIdentity: null })],
  ])('has no holder where it %s', (_title, found) => {
    expect(holderOf(found)).toBeNull();
  });

  it('says which run the janitor takes back, where that is known', () => {
    expect(usedBy(JANITOR)).toBe('the janitor is taking back run run-1');
    const metadata = { annotations: { [LABELS.run]: '' } };
    const found = holderOf({ metadata, spec: { holderIdentity: 'janitor' } });
    expect(found).toEqual({ by: 'janitor', runId: '' });
    expect(usedBy({ by: 'janitor', runId: '' })).toBe('the janitor is using this lab');
  });

  it.each([undefined, 'soon', 0, -1, 1, 9])('lasts no less than its usual time where it promises %j', (promised) => {
    expect(durationMsOf(lease({ leaseDurationSeconds: promised }))).toBe(LEASE_TIMES.durationMs);
  });

  it('lasts longer where its holder promises that', () => {
    expect(durationMsOf(lease({ leaseDurationSeconds: 30 }))).toBe(30_000);
  });

  it.each([
    [0, true],
    [10_000, true],
    [10_001, false],
    [-10_000, true],
    [-10_001, false],
  ])('that was renewed %d ms ago was renewed lately: %j', (agoMs, isLate) => {
    expect(isLatelyRenewed(leaseTaken(EMPTY, RUN, NOW_MS - agoMs), NOW_MS)).toBe(isLate);
  });

  it.each([undefined, null, '', 'yesterday'])('was not renewed lately where it says %j', (renewTime) => {
    expect(isLatelyRenewed(lease({ holderIdentity: 'run-1', renewTime }), NOW_MS)).toBe(false);
  });

  it('is the same hold after a renewal, and another one after it was taken anew', () => {
    const taken = leaseTaken(EMPTY, RUN, NOW_MS);
    expect(isSameHold(taken, leaseRenewed(taken, NOW_MS + 1))).toBe(true);
    expect(isSameHold(taken, leaseReleased(taken))).toBe(false);
    expect(isSameHold(taken, leaseTaken(taken, RUN, NOW_MS + 1))).toBe(false);
    expect(isSameHold(taken, leaseTaken(taken, JANITOR, NOW_MS))).toBe(false);
  });
});
