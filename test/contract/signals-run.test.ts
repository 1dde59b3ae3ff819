import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunFolder } from '../../src/adapters/evidence/run-folder.ts';
import { verifyRun } from '../../src/adapters/evidence/verify-run.ts';
import type { RunRecord } from '../../src/experiment/run-record/run-record.ts';
import type { RunEvent } from '../../src/ports/reporter.ts';
import { runScenario } from '../../src/runner/run-scenario.ts';
import type { Fault } from '../../src/scenario/model/fault.ts';
import type { Recovery } from '../../src/scenario/model/scenario.ts';
import { FakeAlertRules } from '../fakes/fake-alert-rules.ts';
import { FakeReceiver, OPENED } from '../fakes/fake-receiver.ts';
import { DEPLOYMENT, SmallCluster, scenarioWith } from '../fakes/small-cluster.ts';

const patch = { spec: { template: { spec: { containers: [{ name: 'shop', image: 'bad' }] } } } };
const BAD_IMAGE: Fault = {
  type: 'kubernetes',
  change: { verb: 'patch', object: DEPLOYMENT, patchType: 'strategic', patch },
  durationMs: null,
};
const CLAIMS = {
  fireAlerts: [{ name: 'Lost', withinMs: 10_000 }],
  silentAlerts: ['NodeDown'],
  expectMessages: [{ channel: 'slack', about: 'shop', transitions: ['opened'], max: 1 }],
} as const;

/** What Prometheus and the healer do once the fault is in. */
interface Course {
  readonly fires: readonly string[];
  readonly tells: boolean;
  readonly recovery?: Partial<Recovery>;
}

let world: SmallCluster;
let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'healproof-signals-'));
  world = new SmallCluster();
  vi.spyOn(Date, 'now').mockImplementation(() => world.clock.now());
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(runs, { recursive: true });
});

async function runWith({ fires, tells, recovery }: Course) {
  const ports = world.ports();
  const now = () => world.clock.now();
  const receiver = new FakeReceiver(now);
  let injectedMs = Number.POSITIVE_INFINITY;
  const raw: typeof ports.metrics.raw = async (selector, fromMs, toMs) => {
    if (!selector.startsWith('ALERTS')) return ports.metrics.raw(selector, fromMs, toMs);
    const first = Math.ceil(Math.max(fromMs, injectedMs + 4_000) / 1_000) * 1_000;
    const points = Array.from({ length: Math.max(0, Math.floor((toMs - first) / 1_000) + 1) }, (_, index) => {
      return { atMs: first + index * 1_000, value: 1 };
    });
    return fires.map((alertname) => ({ labels: { alertname, alertstate: 'firing' }, points }));
  };
  const plain = scenarioWith(BAD_IMAGE);
  const scenario = { ...plain, recovery: { ...plain.recovery, ...CLAIMS, ...recovery } };
  const start = { runId: 'r1', seed: 1, healer: 'on', scenario, atMs: now() } as const;
  const folder = new RunFolder(runs, start);
  const onEvent = (event: RunEvent): void => {
    folder.journal.onEvent(event);
    if (event.type !== 'step-ended' || event.step !== 'inject') return;
    injectedMs = event.atMs;
    if (tells) receiver.take(OPENED);
  };
  const record = await runScenario(
    scenario,
    {
      ...ports,
      metrics: { ...ports.metrics, raw },
      alertRules: new FakeAlertRules(now).add('Lost').add('NodeDown'),
      receiver,
    },
    { runId: 'r1', seed: 1, healer: 'on', keep: false, signal: new AbortController().signal, reporter: { onEvent } },
  );
  const { dir, head } = await folder.close(record, () => new Map());
  expect(await verifyRun(dir, head)).toMatchObject({ state: 'verified', problems: [] });
  return record;
}

const codes = ({ judgement }: RunRecord): string[] => judgement?.reasons.map(({ code }) => code) ?? [];

describe('a run with alerts and messages', () => {
  it('sees them come, and its folder gives the same verdict again', async () => {
    const record = await runWith({ fires: ['Lost'], tells: true });
    expect(record.judgement).toMatchObject({ verdict: 'pass', reasons: [] });
    expect(record.judgement?.signals?.map(({ code }) => code)).toEqual([null, null, null]);
    expect(record.evidence.messages?.messages).toMatchObject([{ transition: 'opened' }]);
    expect(record.evidence.messages?.sightings.length).toBeGreaterThan(20);
  });

  it.each<[string, Course, string]>([
    ['that never fires', { fires: [], tells: true }, 'ALERT_MISSING'],
    ['that should be silent', { fires: ['Lost', 'NodeDown'], tells: true }, 'ALERT_FIRED'],
  ])('finds out an alert %s', async (_name, course, code) => {
    expect(codes(await runWith(course))).toEqual([code]);
  });

  it('waits for a message that does not come until it is late, and then says so', async () => {
    expect(codes(await runWith({ fires: ['Lost'], tells: false }))).toEqual(['MESSAGE_MISSING']);
  });

  it('does not begin with an alert that nobody knows', async () => {
    const record = await runWith({ fires: [], tells: true, recovery: { silentAlerts: ['NodeDwon'] } });
    expect(codes(record)).toEqual(['PREFLIGHT_FAILED']);
    expect(record.evidence.injection).toBeNull();
  });
});
