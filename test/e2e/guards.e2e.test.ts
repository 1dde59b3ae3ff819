import { describe, expect, it } from 'vitest';
import { onlyRecord, openLab, runHealproof, scenario, startHealproof } from './lab.ts';

const PAUSED_UNTIL = 'healproof.dev/paused-until';
const SHOP = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' } as const;
/** The game day asks all of them. */
const isNightly = process.env.HEALPROOF_TEST_NIGHTLY === '1';

type Record = ReturnType<typeof onlyRecord>;
const codes = ({ judgement }: Record): string[] => judgement?.reasons.map(({ code }) => code) ?? [];

describe('a healer that keeps its hands off would not, if nothing held it back', () => {
  it('evicts in the namespace once it is not paused any more', async () => {
    const running = await startHealproof(scenario('paused-namespace-is-left-alone'));
    await running.shows(/deploy +[\d.]+ s/, 120_000);
    await openLab().kube.patch(SHOP, { metadata: { annotations: { [PAUSED_UNTIL]: null } } });
    const record = onlyRecord(await running.finished);
    expect(record.judgement).toMatchObject({ verdict: 'fail', faultProven: true });
    expect(codes(record)).toEqual(expect.arrayContaining(['FORBIDDEN_ACTION', 'ACTION_MISSING']));
    expect(record.leaks).toEqual([]);
  });

  it.runIf(isNightly)('evicts where the disruption budget allows it', async () => {
    const record = onlyRecord(await runHealproof(scenario('disruption-budget-is-respected'), '--param', 'allowed=1'));
    expect(record.judgement).toMatchObject({ verdict: 'fail', faultProven: true });
    expect(codes(record)).toEqual(expect.arrayContaining(['WRONG_REMEDIATOR', 'ACTION_MISSING']));
    expect(record.leaks).toEqual([]);
  });

  it.runIf(isNightly)('evicts where most others are well', async () => {
    const record = onlyRecord(await runHealproof(scenario('breaker-refuses-when-most-are-sick'), '--param', 'sick=30'));
    expect(record.judgement).toMatchObject({ verdict: 'fail', faultProven: true });
    expect(codes(record)).toEqual(expect.arrayContaining(['FORBIDDEN_ACTION', 'ACTION_MISSING']));
    expect(record.leaks).toEqual([]);
  });
});
