import { expect, it } from 'vitest';
import type { RunRecord } from '../../src/experiment/run-record/run-record.ts';
import { onlyRecord, openLab, runHealproof, scenario, startHealproof } from './lab.ts';

const PAUSED_UNTIL = 'healproof.dev/paused-until';
const SHOP = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' } as const;

/** Takes away what each refusal rests on: then the healer acts, and the scenario that claims the refusal must fail. */
export function withoutTheirReasons(): void {
  it('evicts in the namespace once it is not paused any more', async () => {
    const running = await startHealproof(scenario('paused-namespace-is-left-alone'));
    await running.shows(/deploy +[\d.]+ s/, 120_000);
    await openLab().kube.patch(SHOP, { metadata: { annotations: { [PAUSED_UNTIL]: null } } });
    expectRefuted(onlyRecord(await running.finished), 'FORBIDDEN_ACTION', 'ACTION_MISSING');
  });

  it('evicts where the disruption budget allows it', async () => {
    const finished = await runHealproof(scenario('disruption-budget-is-respected'), '--param', 'allowed=1');
    expectRefuted(onlyRecord(finished), 'WRONG_REMEDIATOR', 'ACTION_MISSING');
  });

  it('evicts where most others are well', async () => {
    const finished = await runHealproof(scenario('breaker-refuses-when-most-are-sick'), '--param', 'sick=30');
    expectRefuted(onlyRecord(finished), 'FORBIDDEN_ACTION', 'ACTION_MISSING');
  });
}

function expectRefuted({ judgement, leaks }: RunRecord, ...codes: readonly string[]): void {
  expect(judgement).toMatchObject({ verdict: 'fail', faultProven: true });
  expect(judgement?.reasons.map(({ code }) => code)).toEqual(expect.arrayContaining([...codes]));
  expect(leaks).toEqual([]);
}
