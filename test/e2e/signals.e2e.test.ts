import { afterEach, describe, expect, it, vi } from 'vitest';
import { PrometheusRules } from '../../src/adapters/prometheus/prometheus-rules.ts';
import type { RunRecord } from '../../src/experiment/run-record/run-record.ts';
import { alertRulesContract } from '../contract/alert-rules.contract.ts';
import { serveReceiver } from '../fixtures/receiver-server.ts';
import { fixture, onlyRecord, openLab, runHealproof, startHealproof } from './lab.ts';
import { leftovers } from './leftovers.ts';

const isNightly = process.env.HEALPROOF_TEST_NIGHTLY === '1';

const codes = ({ judgement }: RunRecord): string[] => judgement?.reasons.map((reason) => reason.code) ?? [];

alertRulesContract('the Prometheus of the lab', async () => ({
  rules: openLab().alertRules,
  gone: new PrometheusRules('http://127.0.0.1:9'),
  known: 'ShopUnavailable',
  nowMs: Date.now,
  [Symbol.asyncDispose]: async () => undefined,
}));

describe('alerts that are not as claimed', () => {
  it('fails with ALERT_MISSING when an alert never fires although Prometheus evaluates it', async () => {
    const record = onlyRecord(await runHealproof(fixture('alert-that-never-fires')));
    expect(record.judgement).toMatchObject({ verdict: 'fail', faultProven: true });
    expect(codes(record)).toEqual(['ALERT_MISSING']);
    expect(record.leaks).toEqual([]);
    expect(await leftovers(openLab().kube)).toEqual([]);
  });

  it('is inconclusive about an alert that nobody knows, and names those that are known', async () => {
    const finished = await runHealproof(fixture('alert-nobody-knows'));
    const record = onlyRecord(finished);
    expect(codes(record)).toEqual(['PREFLIGHT_FAILED']);
    expect(record.judgement?.reasons[0]?.message).toMatch(/no alert NodeDwon; it has .*HealerStorm.*ShopUnavailable/);
    expect(finished.exitCode).toBe(3);
  });
});

describe('messages that are not as claimed', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('fails with MESSAGE_MISSING when a receiver that was there throughout was told nothing', async () => {
    await using receiver = await serveReceiver();
    vi.stubEnv('HEALPROOF_RECEIVER_URL', receiver.url);
    const record = onlyRecord(await runHealproof(fixture('nobody-is-told')));
    expect(codes(record)).toEqual(['MESSAGE_MISSING']);
    expect(record.leaks).toEqual([]);
  });

  it.runIf(isNightly)('is inconclusive when the receiver was started anew meanwhile', async () => {
    await using receiver = await serveReceiver();
    vi.stubEnv('HEALPROOF_RECEIVER_URL', receiver.url);
    const running = await startHealproof(fixture('nobody-is-told'));
    await running.shows(/inject +[\d.]+ s/, 120_000);
    receiver.restart();
    const record = onlyRecord(await running.finished);
    expect(codes(record)).toEqual(['WATCHER_ABSENT']);
    expect(record.judgement?.verdict).toBe('inconclusive');
  });

  it('does not begin without a receiver', async () => {
    vi.stubEnv('HEALPROOF_RECEIVER_URL', 'http://127.0.0.1:9');
    const record = onlyRecord(await runHealproof(fixture('nobody-is-told')));
    expect(record.judgement?.verdict).toBe('inconclusive');
    expect(record.evidence.injection).toBeNull();
  });
});
