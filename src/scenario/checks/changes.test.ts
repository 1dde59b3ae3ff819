import { describe, expect, it } from 'vitest';
import { analysePromql } from '../../../test/fixtures/analyse-promql.ts';
import { formatIssue } from '../../errors.ts';
import { type Compiled, compileScenarios } from '../compile.ts';
import { SAMPLE, SAMPLE_STEADY_STATE } from '../model/sample.test-data.ts';

const FAULT = SAMPLE.slice(SAMPLE.indexOf('  fault:'), SAMPLE.indexOf('  blastRadius'));

/** The sample with another fault, which somebody but the healer is said to heal. */
function compile(fault: string, by = 'kubernetes', maxNodes = 1): Compiled {
  const text = SAMPLE.replace(FAULT, `  fault: ${fault}\n`)
    .replace('maxPods: 3', `maxPods: 3\n    maxNodes: ${maxNodes}`)
    .replace(/ {4}phases:[\s\S]*$/, `    by: ${by}\n`);
  const library = [{ path: 'steady-state/normal.yaml', text: SAMPLE_STEADY_STATE }];
  const options = { digest: () => 'd', analysePromql, workloads: new Map([['shop', 'd1']]) };
  return compileScenarios([{ path: 'f.yaml', text }], library, options);
}

const issuesOf = (fault: string, by?: string, maxNodes?: number): string =>
  compile(fault, by, maxNodes).issues.map(formatIssue).join('\n');

const DEPLOYMENT = '{ apiVersion: apps/v1, kind: Deployment, namespace: shop, name: back }';
const POD = '{ apiVersion: v1, kind: Pod, namespace: shop, labels: { app: back } }';
const PAUSE = '{ node: { action: pause, duration: 10m } }';

describe('faults of Kubernetes, Helm and nodes', () => {
  it('are turned into what is run', () => {
    const { scenarios, issues } = compile(`{ kubernetes: { scale: { object: ${DEPLOYMENT}, replicas: 0 } } }`);
    expect(issues).toEqual([]);
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'back' };
    expect(scenarios[0]?.fault).toEqual({
      type: 'kubernetes',
      change: { verb: 'scale', object, replicas: 0 },
      durationMs: null,
    });
  });

  it.each([
    `{ kubernetes: { patch: { object: ${DEPLOYMENT}, patch: { spec: { paused: true } } } } }`,
    `{ kubernetes: { delete: ${POD} } }`,
    '{ kubernetes: { apply: { apiVersion: v1, kind: ConfigMap, metadata: { namespace: shop, name: a } } } }',
    '{ helm: { upgrade: { release: shop, namespace: shop, values: { image: bad } } } }',
    '{ helm: { killUpgrade: { release: shop, namespace: shop, chart: chart-2, killAfter: 2s } } }',
    PAUSE,
    '{ node: { action: stopKubelet, duration: 10m } }',
    '{ node: { action: reboot, node: { runs: { namespace: shop, labels: { app: back } } } } }',
    `{ kubernetes: { delete: ${POD} }, witness: { query: min(up), tolerance: "== 0" } }`,
    `{ sequence: [{ kubernetes: { delete: ${POD} } }, { after: 5s, node: { action: drain } }] }`,
  ])('are accepted: %s', (fault) => {
    expect(issuesOf(fault)).toBe('');
  });

  it.each([
    ['{ kubernetes: {} }', 'expected one of apply, patch, scale, delete'],
    [`{ kubernetes: { delete: ${POD}, scale: { object: ${DEPLOYMENT}, replicas: 1 } } }`, 'expected one of apply'],
    [`{ kubernetes: { delete: ${POD} }, node: { action: drain } }`, 'a mapping with one of chaosMesh'],
    ['{ witness: { query: up, tolerance: "== 0" } }', 'a mapping with one of chaosMesh'],
    [
      `{ kubernetes: { patch: { object: ${POD}, patch: { spec: {} } } } }`,
      'spec.fault.kubernetes.patch.object.kind: expected a kind that can be put back',
    ],
    [`{ kubernetes: { delete: { apiVersion: v1, kind: Secret, namespace: shop, name: a } } }`, 'got "Secret" ("v1")'],
    [
      `{ kubernetes: { delete: ${POD.replace('shop', 'other')} } }`,
      'namespace other is outside of blastRadius.namespaces (shop)',
    ],
    ['{ kubernetes: { apply: { apiVersion: v1, kind: ConfigMap, metadata: { name: a } } } }', 'expected a namespace'],
    [
      '{ kubernetes: { apply: { apiVersion: v1, kind: ConfigMap, metadata: { namespace: shop } } } }',
      'expected the name',
    ],
    ['{ kubernetes: { delete: { apiVersion: v1, kind: Pod, namespace: shop } } }', 'either a name or labels'],
    [
      '{ kubernetes: { scale: { object: { apiVersion: v1, kind: Service, namespace: shop, name: a }, replicas: 1 } } }',
      'a Service cannot be scaled',
    ],
    [
      `{ kubernetes: { patch: { object: ${DEPLOYMENT}, patch: { metadata: { name: b }, status: {} } } } }`,
      'patch.metadata.name: this may not be patched',
    ],
    ['{ helm: { upgrade: { release: shop, namespace: other } } }', 'namespace other is outside'],
    ['{ helm: { upgrade: { release: shop, namespace: shop, chart: ../../etc } } }', 'a folder below the workload’s'],
    ['{ helm: { upgrade: { release: shop, namespace: shop, chart: /etc } } }', 'a folder below the workload’s'],
    ['{ node: { action: pause } }', 'spec.fault.node.duration: expected a duration'],
    ['{ node: { action: stopKubelet } }', 'spec.fault.node.duration: expected a duration'],
    ['{ node: { action: unplug } }', 'expected one of pause, restart, reboot, drain'],
    ['{ node: { action: pause, duration: 20s } }', 'the fault would end by itself and pass for a recovery'],
    [
      `{ kubernetes: { delete: ${POD} }, witness: { query: "up >", tolerance: "== 0" } }`,
      'spec.fault.witness.query: PromQL',
    ],
  ])('are refused: %s', (fault, message) => {
    expect(issuesOf(fault)).toContain(message);
  });

  it('need room for the node that they hit', () => {
    expect(issuesOf(PAUSE, 'kubernetes', 0)).toContain('spec.blastRadius.maxNodes: expected at least 1');
  });
});

describe('a sequence', () => {
  const step = `kubernetes: { delete: ${POD} }`;

  it.each([
    [`{ sequence: [{ ${step} }] }`, 'expected at least two faults'],
    [`{ sequence: [{ after: 5s, ${step} }, { ${step} }] }`, 'the first fault begins the sequence'],
    [
      `{ sequence: [{ ${step} }, { after: 9s, ${step} }, { after: 5s, ${step} }] }`,
      'sequence[2].after: expected at least 9s',
    ],
    [`{ sequence: [{ ${step} }, { after: 30s, ${step} }] }`, 'expected less than within (30s)'],
    [
      `{ sequence: [{ ${step} }, { ${step} }], witness: { query: up, tolerance: "== 0" } }`,
      'beside the fault it is of',
    ],
    [`{ sequence: [{ ${step} }, { node: { action: pause } }] }`, 'sequence[1].node.duration: expected a duration'],
    [`{ sequence: [{ ${step} }, { ${step} }], node: { action: drain } }`, 'one of chaosMesh, kubernetes'],
    [
      `{ sequence: [{ ${step} }, { after: 5s, node: { action: pause, duration: 40s } }] }`,
      'sequence[1].node.duration: the fault would end by itself',
    ],
    [
      `{ sequence: [{ ${step} }, { chaosMesh: { kind: PodChaos, spec: { action: pod-kil, mode: one, selector: { namespaces: [shop] } } } }] }`,
      'sequence[1].chaosMesh.spec.action: expected one of pod-kill',
    ],
  ])('is refused: %s', (fault, message) => {
    expect(issuesOf(fault)).toContain(message);
  });

  it('needs its first fault until the last is judged', () => {
    const paused = (duration: string): string =>
      `{ sequence: [{ node: { action: pause, duration: ${duration} } }, { after: 20s, ${step} }] }`;
    expect(issuesOf(paused('75s'))).toContain(
      'sequence[0].node.duration: the fault would end by itself and pass for a recovery by kubernetes: expected at least 1m16s ' +
        '(20s until the last fault + within + stableFor + twice the resolution of 8s), got 1m15s',
    );
    expect(issuesOf(paused('76s'))).toBe('');
  });
});
