import { describe, expect, it } from 'vitest';
import { formatIssue } from '../errors.ts';
import { compileScenarios } from './compile.ts';
import { SAMPLE, SAMPLE_STEADY_STATE } from './model/sample.test-data.ts';

const FAULT = SAMPLE.slice(SAMPLE.indexOf('  fault:'), SAMPLE.indexOf('  blastRadius'));
const LATENCY = SAMPLE.slice(SAMPLE.indexOf('    - name: latency'), SAMPLE.indexOf('  fault:'));

function issuesOf(text: string): string[] {
  const library = [{ path: 'l.yaml', text: SAMPLE_STEADY_STATE }];
  const options = { digest: () => '', workloads: new Map([['shop', 'd']]) };
  return compileScenarios([{ path: 'f.yaml', text }], library, options).issues.map(formatIssue);
}

const withFault = (fault: string): string[] =>
  issuesOf(SAMPLE.replace(FAULT, `  fault: ${fault}\n`).replace('maxPods: 3', 'maxPods: 3\n    maxNodes: 1'));
const withProbe = (probe: string): string[] =>
  issuesOf(SAMPLE.replace(LATENCY, `    - name: p\n      ${probe}\n      for: 5s\n`));

const NAME = 'the name of an object: at most 253 lower-case letters, digits, dashes and dots';
const object = (name: string): string => `{ apiVersion: v1, kind: ConfigMap, namespace: shop, name: ${name} }`;
const chaos = (selector: string): string =>
  `{ chaosMesh: { kind: PodChaos, spec: { action: pod-kill, mode: one, selector: { namespaces: [shop], ${selector} } } } }`;

describe('a name that is none is refused at its place:', () => {
  it.each([
    [
      `{ kubernetes: { delete: ${object('..')} } }`,
      `f.yaml:14:92 spec.fault.kubernetes.delete.name: expected ${NAME}, got ".."`,
    ],
    [`{ kubernetes: { delete: ${object('a/b')} } }`, `spec.fault.kubernetes.delete.name: expected ${NAME}, got "a/b"`],
    [`{ kubernetes: { delete: ${object('"%2e%2e"')} } }`, `spec.fault.kubernetes.delete.name: expected ${NAME}`],
    [`{ kubernetes: { patch: { object: ${object('.')}, patch: {} } } }`, 'patch.object.name: expected the name'],
    [
      `{ kubernetes: { apply: { apiVersion: v1, kind: ConfigMap, metadata: { namespace: shop, name: .. } } } }`,
      `f.yaml:14:103 spec.fault.kubernetes.apply.metadata.name: expected ${NAME}, got ".."`,
    ],
    [
      `{ kubernetes: { apply: { apiVersion: v1, kind: ConfigMap, metadata: { namespace: shop, name: a, labels: { a: "b,c" } } } } }`,
      'apply.metadata.labels.a: expected a label value',
    ],
    [
      `{ kubernetes: { delete: { apiVersion: v1, kind: Pod, namespace: shop, labels: { app: "x,y!=z" } } } }`,
      'delete.labels.app: expected a label value of at most 63 letters, digits, dashes, dots and _, got "x,y!=z"',
    ],
    [
      `{ kubernetes: { delete: { apiVersion: v1, kind: Pod, namespace: shop, labels: { "a,b": c } } } }`,
      'delete.labels.a,b: expected the key of a label, such as app or example.com/app, got "a,b"',
    ],
    ['{ helm: { upgrade: { release: .., namespace: shop } } }', 'upgrade.release: expected the name of a release'],
    ['{ node: { action: drain, node: { name: .. } } }', 'spec.fault.node.node.name: expected the name of a node'],
    [chaos('pods: { shop: [..] }'), `selector.pods.shop[0]: expected ${NAME}, got ".."`],
    [chaos('nodes: [a/b]'), `selector.nodes[0]: expected ${NAME}, got "a/b"`],
    [chaos('labelSelectors: { app: "a,b" }'), 'selector.labelSelectors.app: expected a label value'],
    [
      chaos('expressionSelectors: [{ key: "a,b", operator: In, values: ["x)"] }]'),
      'selector.expressionSelectors[0].key: expected the key of a label',
    ],
    [
      chaos('expressionSelectors: [{ key: a, operator: In, values: ["x),b in (y"] }]'),
      'selector.expressionSelectors[0].values[0]: expected a label value',
    ],
  ])('%s', (fault, issue) => {
    expect(withFault(fault).join('\n')).toContain(issue);
  });

  it.each([
    [
      'kubernetes: { apiVersion: v1, kind: ConfigMap, namespace: shop, name: .., field: data.a, equals: x }',
      'spec.steadyState[1].kubernetes.name: expected the name of an object',
    ],
    [
      'kubernetes: { apiVersion: v1/namespaces/kube-system, kind: ConfigMap, name: a, field: data.a, equals: x }',
      'spec.steadyState[1].kubernetes.apiVersion: expected an apiVersion such as apps/v1',
    ],
    [
      'http: { service: { namespace: shop, name: front, port: 80, path: /../../../secrets } }',
      'f.yaml:11:72 spec.steadyState[1].http.service.path: expected a path that begins with / and that nothing resolves',
    ],
    [
      'http: { service: { namespace: shop, name: front, port: 80, path: "/%2e%2e/x" } }',
      'http.service.path: expected a path',
    ],
    [
      'http: { url: "http://front/a/../b" }',
      'http.url: expected a URL that begins with http:// or https:// and goes on',
    ],
  ])('%s', (probe, issue) => {
    expect(withProbe(probe).join('\n')).toContain(issue);
  });

  it('what an alert is about', () => {
    const text = SAMPLE.replace(
      '    actions:',
      '    notifications: { expect: [{ channel: slack, about: shop/a..b, transitions: [opened], max: 1 }] }\n    actions:',
    );
    expect(issuesOf(text).join('\n')).toContain('about: expected a namespace, or namespace/name, got "shop/a..b"');
  });
});

it('an object of RBAC keeps its colon', () => {
  const ref = 'apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, name: "system:node"';
  expect(withProbe(`kubernetes: { ${ref}, field: metadata.name, equals: x }`)).toEqual([]);
});
