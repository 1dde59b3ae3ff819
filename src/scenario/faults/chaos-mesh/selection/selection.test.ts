import { describe, expect, it } from 'vitest';
import { said } from '../../../../../test/fixtures/chaos-manifest.ts';

const kill = (selector: string, mode = 'mode: one'): string[] =>
  said('PodChaos', `action: pod-kill, ${mode}, selector: { namespaces: [shop], ${selector} }`);

describe('a selector', () => {
  it.each([
    'annotationSelectors: { example.com/may-break: "yes" }',
    'nodeSelectors: { topology.kubernetes.io/zone: a }, nodes: [worker]',
    'fieldSelectors: { spec.nodeName: worker, status.phase: Running }',
    'podPhaseSelectors: [Running, Pending]',
    'podPhaseSelectors: ["!Failed"]',
    'expressionSelectors: [{ key: app, operator: In, values: [a] }, { key: tier, operator: DoesNotExist }]',
    'annotationSelectors: {}, fieldSelectors: {}, nodeSelectors: {}, nodes: [], podPhaseSelectors: [], pods: {}',
  ])('may select by %s', (selector) => {
    expect(kill(selector)).toEqual([]);
  });

  it.each([
    ['podPhaseSelectors: [Runing]', 'podPhaseSelectors[0]: expected one of Pending, Running'],
    ['podPhaseSelectors: [Pending]', 'podPhaseSelectors: expected Running among the phases'],
    ['podPhaseSelectors: ["!Running"]', 'podPhaseSelectors: expected Running among the phases'],
    ['fieldSelectors: { spec.node: worker }', 'fieldSelectors.spec.node: unknown field of pods'],
    ['fieldSelectors: { status.phase: Failed }', 'fieldSelectors.status.phase: expected one of Running, got "Failed"'],
    ['expressionSelectors: [{ key: app, operator: Is, values: [a] }]', 'operator: expected one of In, NotIn, Exists'],
    ['expressionSelectors: [{ key: app, operator: In }]', 'operator: expected at least one value with the operator In'],
    [
      'expressionSelectors: [{ key: app, operator: Exists, values: [a] }]',
      'expected no values with the operator Exists',
    ],
    ['annotationSelectors: { note: "two words" }', 'annotationSelectors.note: expected a label value'],
  ])('may not select by %s', (selector, message) => {
    expect(kill(selector)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['mode: fixed', 'spec.value: mode fixed needs a value'],
    ['mode: fixed, value: "0"', 'got "0"'],
    ['mode: fixed-percent, value: "50%"', 'got "50%"'],
    ['mode: random-max-percent, value: "0"', 'got "0"'],
    ['mode: some', 'spec.mode: expected one of one, all'],
  ])('may not have %s', (mode, message) => {
    expect(kill('labelSelectors: { app: back }', mode)).toEqual([expect.stringContaining(message)]);
  });
});
