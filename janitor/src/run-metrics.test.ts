import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { KubernetesError } from '../../src/errors.ts';
import { RUN_METRICS } from '../../src/experiment/cluster-records/published-run.ts';
import { type RunSummary, summaryOf } from '../../src/experiment/run-record/run-summary.ts';
import { publishRun } from '../../src/runner/cluster/publish-run.ts';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../test/fakes/fake-kube.ts';
import { cannedFail, cannedPass } from '../../test/fixtures/canned-run.ts';
import { RunMetrics } from './run-metrics.ts';

let kube: FakeKube;
let clock: FakeClock;
let registry: Registry;
let metrics: RunMetrics;
let logged: string[];
beforeEach(() => {
  kube = new FakeKube();
  clock = new FakeClock();
  registry = new Registry();
  logged = [];
  metrics = new RunMetrics(registry, { kube, clock, log: (message) => logged.push(message) });
});

const pass = summaryOf(cannedPass);
const fail: RunSummary = { ...summaryOf(cannedFail), runId: '20261121-000000-aaaaaa', endedAtMs: pass.endedAtMs + 1 };
const CONFIG_MAP = 'ConfigMap/healproof-system/healproof-runs';

async function shown(): Promise<string[]> {
  await metrics.refresh();
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('figures of runs', () => {
  it('are those of the newest run of a scenario, as an interval', async () => {
    await publishRun(kube, fail);
    await publishRun(kube, pass);
    const lines = await shown();
    const of = 'scenario="wedged-replica-is-replaced",healer="on"';
    expect(lines).toEqual(
      expect.arrayContaining([
        `healproof_run_outcome{${of},outcome="fail"} 1`,
        `healproof_run_outcome{${of},outcome="pass"} 0`,
        `healproof_run_recovery_seconds{${of},bound="lower"} 61`,
        `healproof_run_recovery_seconds{${of},bound="upper"} 68`,
        `healproof_run_phase_seconds{${of},phase="detect",bound="lower"} 11.6`,
        `healproof_run_within_seconds{${of}} 60`,
        `healproof_run_kept{${of},outcome="pass"} 1`,
        `healproof_run_kept{${of},outcome="fail"} 1`,
        'healproof_run_unreadable 0',
      ]),
    );
  });

  it('keep controls apart from runs with the healer', async () => {
    await publishRun(kube, pass);
    await publishRun(kube, { ...fail, healer: 'off' });
    const outcomes = (await shown()).filter((line) => /^healproof_run_outcome.* 1$/.test(line));
    expect(outcomes).toHaveLength(2);
  });

  it('give no recovery time where there is none, rather than 0', async () => {
    await publishRun(kube, pass);
    await publishRun(kube, { ...fail, recovery: null, phases: [] });
    expect((await shown()).filter((line) => /(recovery|phase)_seconds/.test(line))).toEqual([]);
  });

  it('are read anew at most every ten seconds', async () => {
    await shown();
    await publishRun(kube, pass);
    await clock.sleep(9_000);
    expect((await shown()).join()).not.toContain('healproof_run_outcome');
    await clock.sleep(1_000);
    expect((await shown()).join()).toContain('healproof_run_outcome');
  });

  it('stay as they were, with their age, while the API server does not answer', async () => {
    await publishRun(kube, pass);
    await shown();
    const age = () => registry.getSingleMetricAsString(RUN_METRICS.lastReadTimestampSeconds);
    const before = await age();
    kube.trouble = (call) => (call === `get ${CONFIG_MAP}` ? new KubernetesError('no answer', undefined) : null);
    await clock.sleep(10_000);
    expect((await shown()).join()).toContain('healproof_run_outcome');
    expect(await age()).toBe(before);
    expect(logged).toEqual(['could not read the figures of the runs']);
  });

  it('count what cannot be understood and show the rest', async () => {
    await publishRun(kube, pass);
    await kube.patch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'healproof-system', name: 'healproof-runs' },
      { data: { 'a.json': '{"version": 2}', 'b.json': 'half' } },
    );
    const lines = await shown();
    expect(lines).toContain('healproof_run_unreadable 2');
    expect(lines.join()).toContain('healproof_run_outcome');
  });
});

it('every metric of a run is explained in the docs and scraped from the janitor', async () => {
  const docs = readFileSync(new URL('../../docs/evidence.md', import.meta.url), 'utf8');
  for (const name of Object.values(RUN_METRICS)) {
    expect(registry.getSingleMetric(name)).toBeDefined();
    expect(docs).toContain(`| \`${name}\` |`);
  }
  const file = new URL('../../lab/deploy/janitor/40-deployment.yaml', import.meta.url);
  const { template } = parse(readFileSync(file, 'utf8')).spec;
  expect(template.metadata.annotations).toMatchObject({ 'prometheus.io/scrape': 'true' });
});
