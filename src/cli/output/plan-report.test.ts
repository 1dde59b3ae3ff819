import { expect, it } from 'vitest';
import type { ScenarioPlan } from '../../runner/plan/plan-scenario.ts';
import { planText } from './plan-report.ts';

const PLAN: ScenarioPlan = {
  scenario: 'a',
  title: 'A',
  file: 'a.yaml',
  seed: 7,
  cluster: 'lab',
  params: {},
  repeat: null,
  fault: { type: 'none', kind: null, durationMs: null },
  namespaces: [],
  targets: [],
  peers: [],
  changes: [],
  blastRadius: { namespaces: ['shop'], maxPods: 0, maxNodes: 0 },
  touched: 0,
  judgeNodes: [],
  abortWhen: [],
  recovery: { withinMs: 0, stableForMs: 1_000, by: 'none' },
  disruptionBudgets: [],
  skippedBecause: null,
  refusals: [],
};

it('a plan tells cluster, parameters and runs where there is something to tell', () => {
  expect(planText(PLAN)).not.toMatch(/cluster|parameters|runs/);
  const repeat = { kind: 'percentile', percentile: 95, confidence: 95 } as const;
  const text = planText({ ...PLAN, cluster: 'fresh', params: { app: 'back', pods: 2 }, repeat });
  expect(text).toMatch(/cluster +one of its own/);
  expect(text).toMatch(/parameters +app=back\n +pods=2\n/);
  expect(text).toMatch(/runs +95 % of runs with 95 % confidence takes at least 59 runs/);
  expect(planText({ ...PLAN, repeat: { kind: 'every-run', runs: 5 } })).toMatch(/runs +5 runs, every one/);
});

it.each([
  [0, 'touches 0 of at most 0 pods, in shop; at most 0 nodes'],
  [1, 'touches 1 of at most 1 pod, in shop; at most 1 node'],
])('a plan tells how far it reaches: %d', (most, told) => {
  const blastRadius = { namespaces: ['shop'], maxPods: most, maxNodes: most };
  expect(planText({ ...PLAN, touched: most, blastRadius })).toContain(told);
});

it('a plan tells which alerts and messages it will ask for', () => {
  expect(planText(PLAN)).not.toMatch(/alerts|messages/);
  const signals = {
    fireAlerts: [{ name: 'ReplicaFailing', withinMs: 20_000 }],
    silentAlerts: ['NodeDown'],
    expectMessages: [{ channel: 'slack', about: 'shop', transitions: ['opened', 'resolved'], max: 2 }],
  } as const;
  const text = planText({ ...PLAN, recovery: { ...PLAN.recovery, ...signals } });
  expect(text).toMatch(/alerts +ReplicaFailing must fire within 20 s\n +NodeDown must not fire\n/);
  expect(text).toMatch(/messages +slack about shop: opened, resolved; at most 2\n/);
});
