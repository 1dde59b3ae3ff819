import { describe, expect, it } from 'vitest';
import { withoutTheirReasons } from './guards.ts';
import { fixture, onlyRecord, openLab, runHealproof, scenario, startHealproof } from './lab.ts';
import { leftovers } from './leftovers.ts';
import { withInjectorThatDeniesSuccess, withoutMemoryHelper, withPrometheusGone } from './sabotage.ts';

const MAIN = scenario('wedged-replica-is-replaced');
/** Too long for every day. */
const isNightly = process.env.HEALPROOF_TEST_NIGHTLY === '1';
const FAULTS = { apiVersion: 'chaos-mesh.org/v1alpha1', kind: 'NetworkChaos' };
const codes = (run: { judgement: { reasons: readonly { code: string }[] } | null }): string[] =>
  run.judgement?.reasons.map((reason) => reason.code) ?? [];

describe('a claim that is not true does not pass', () => {
  it('fails the main scenario with RECOVERY_EXCEEDED when the healer is off, and brings the healer back', async () => {
    const finished = await runHealproof(MAIN, '--healer', 'off');
    const record = onlyRecord(finished);
    expect(record.judgement).toMatchObject({ verdict: 'fail', faultProven: true, controlHolds: true });
    expect(codes(record)).toEqual(['RECOVERY_EXCEEDED']);
    expect(record.leaks).toEqual([]);
    expect(finished.exitCode).toBe(1);
    expect(await leftovers(openLab().kube)).toEqual([]);
  });

  it('refuses a fault that would end by itself before the healer has proven itself', async () => {
    const finished = await runHealproof(fixture('fault-ends-by-itself'));
    expect(finished.exitCode).toBe(2);
    expect(finished.output).toMatch(/fault-ends-by-itself\.yaml:\d+:\d+ .*duration/);
    expect(finished.records).toEqual([]);
  });

  it('does not pass the same fault when it ends by itself and nobody healed it', async () => {
    const finished = await runHealproof(fixture('short-fault-is-not-absorbed'), '--healer', 'off');
    const record = onlyRecord(finished);
    expect(record.judgement?.verdict).not.toBe('pass');
    expect(record.judgement?.faultProven).toBe(true);
    expect(finished.exitCode).not.toBe(0);
    expect(record.leaks).toEqual([]);
  });

  it('fails a sequence whose last fault nobody heals, however well the first one was healed', async () => {
    const finished = await runHealproof(fixture('last-fault-is-not-healed'));
    const record = onlyRecord(finished);
    expect(record.judgement).toMatchObject({ verdict: 'fail', faultProven: true });
    expect(codes(record)).toEqual(['RECOVERY_EXCEEDED']);
    const [first, last] = record.judgement?.recoveries ?? [];
    expect(first?.outcome).not.toBe('exceeded');
    expect(last?.outcome).toBe('exceeded');
    expect(finished.exitCode).toBe(1);
    expect(record.leaks).toEqual([]);
    expect(await leftovers(openLab().kube)).toEqual([]);
  });
});

describe('the word of the injector is not what counts', () => {
  it('proves a fault that bites although the injector says that it failed, tells of it, and leaves nothing', async () => {
    const finished = await withInjectorThatDeniesSuccess(openLab(), () => runHealproof(MAIN));
    const record = onlyRecord(finished);
    const applied = record.evidence.injection?.events.filter((event) => event.operation === 'Apply') ?? [];
    const [target] = record.evidence.injection?.targets ?? [];
    const onTarget = applied.filter((event) => event.target.startsWith(`${target?.namespace}/${target?.name}`));
    expect(onTarget.map((event) => event.outcome)).toContain('Failed');
    expect(onTarget.map((event) => event.outcome)).not.toContain('Succeeded');
    expect(record.judgement).toMatchObject({ faultProven: true, verdict: 'pass' });
    expect(record.judgement?.remarks.join('\n')).toMatch(/the injector says it failed/);
    expect(record.leaks).toEqual([]);
    expect(await leftovers(openLab().kube)).toEqual([]);
  });
});

describe('a fault that somebody takes away', () => {
  it('heals nothing: the run does not pass', async () => {
    const { kube } = openLab();
    const running = await startHealproof(fixture('fault-is-taken-away'));
    await running.shows(/prove +[\d.]+ s/, 120_000);
    for (const { apiVersion, kind, metadata } of await kube.list(FAULTS)) {
      await kube.remove({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
    }
    const record = onlyRecord(await running.finished);
    expect(record.judgement).toMatchObject({ faultProven: true });
    expect(record.judgement?.verdict).not.toBe('pass');
    expect(record.leaks).toEqual([]);
  });
});

describe('what was not seen does not pass', () => {
  it("does not believe the injector's success when no memory was taken: FAULT_NOT_PROVEN", async () => {
    const finished = await withoutMemoryHelper(openLab(), () => runHealproof(fixture('memory-stress-without-helper')));
    const record = onlyRecord(finished);
    expect(codes(record)).toContain('FAULT_NOT_PROVEN');
    expect(record.judgement).toMatchObject({ verdict: 'inconclusive', faultProven: false });
    const applied = record.evidence.injection?.events.filter((event) => event.operation === 'Apply');
    expect(applied?.map((event) => event.outcome)).toContain('Succeeded');
    expect(finished.exitCode).toBe(3);
    expect(record.leaks).toEqual([]);
  });

  it('does not believe in a delay on a kernel that cannot delay, and is rid of its hanging finalizer in 30 s', async (context) => {
    const finished = await runHealproof(fixture('delay-without-netem'));
    const record = onlyRecord(finished);
    if (record.skippedBecause !== null) context.skip(record.skippedBecause);
    expect(codes(record)).toContain('FAULT_NOT_PROVEN');
    expect(finished.exitCode).toBe(3);
    const recover = record.steps.find((step) => step.step === 'recover');
    expect((recover?.endedAtMs ?? Number.POSITIVE_INFINITY) - (recover?.startedAtMs ?? 0)).toBeLessThan(30_000);
    expect(record.leaks).toEqual([]);
    expect(await leftovers(openLab().kube)).toEqual([]);
  });

  it('is inconclusive when Prometheus is gone', async () => {
    const finished = await withPrometheusGone(openLab(), () => runHealproof(scenario('nothing-happens')));
    expect(onlyRecord(finished).judgement).toMatchObject({ verdict: 'inconclusive' });
    expect(finished.exitCode).toBe(3);
  });

  it('is inconclusive when a metric does not exist, and injects nothing', async () => {
    const finished = await runHealproof(fixture('metric-does-not-exist'));
    const record = onlyRecord(finished);
    expect(codes(record)).toEqual(expect.arrayContaining(['NO_DATA']));
    expect(record.evidence.injection).toBeNull();
    expect(finished.exitCode).toBe(3);
  });
});

describe('a run that is stopped leaves nothing behind', () => {
  it('takes everything back on Ctrl-C while the fault is in, and records the run as interrupted', async () => {
    const running = await startHealproof(MAIN);
    await running.shows(/prove +[\d.]+ s/, 120_000);
    running.kill('SIGINT');
    const finished = await running.finished;
    const record = onlyRecord(finished);
    expect(record.evidence.status).toBe('interrupted');
    expect(record.judgement?.verdict).toBe('inconclusive');
    expect(finished.exitCode).toBe(130);
    expect(await leftovers(openLab().kube)).toEqual([]);
  });
});

if (isNightly) describe('a healer that keeps its hands off would not, if nothing held it back', withoutTheirReasons);
