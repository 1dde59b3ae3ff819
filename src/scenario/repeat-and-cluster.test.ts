import { describe, expect, it } from 'vitest';
import { formatIssue } from '../errors.ts';
import { compileScenarios } from './compile.ts';
import { SAMPLE, SAMPLE_STEADY_STATE } from './model/sample.test-data.ts';

const compile = (repeat: string) =>
  compileScenarios(
    [{ path: 'f.yaml', text: `${SAMPLE}  repeat: ${repeat}\n` }],
    [{ path: 'l.yaml', text: SAMPLE_STEADY_STATE }],
    { digest: () => '' },
  );

describe('repeat', () => {
  it.each([
    ['{ runs: 5 }', { kind: 'every-run', runs: 5 }],
    ['{ percentile: 95, confidence: 99.5 }', { kind: 'percentile', percentile: 95, confidence: 99.5 }],
  ])('written as %s is understood', (written, repeat) => {
    expect(compile(written).scenarios).toMatchObject([{ repeat }]);
  });

  it.each([
    ['{ runs: 1 }', 'f.yaml:42:19 spec.repeat.runs: expected a whole number, 2 or more, got 1'],
    ['{ runs: 2000 }', 'f.yaml:42:19 spec.repeat.runs: expected at most 1000, got 2000'],
    [
      '{ percentile: 95 }',
      'f.yaml:42:3 spec.repeat.confidence: expected a confidence, a number from 50 to 99.9, but it is missing',
    ],
    [
      '{ percentile: 100, confidence: 95 }',
      'f.yaml:42:25 spec.repeat.percentile: expected a percentile, a number from 50 to 99.9, got 100',
    ],
    [
      '{ percentile: 0.95, confidence: 95 }',
      'f.yaml:42:25 spec.repeat.percentile: expected a percentile, a number from 50 to 99.9, got 0.95',
    ],
    ['5', 'f.yaml:42:11 spec.repeat: expected a mapping with runs, or with percentile and confidence, got 5'],
  ])('written as %s is refused', (written, issue) => {
    expect(compile(written).issues.map(formatIssue)).toEqual([issue]);
  });
});

describe('cluster', () => {
  const KIND = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{labels: {healproof.dev/role: judge}}]\n';
  const withCluster = (cluster: string, kind: string | null = KIND) =>
    compileScenarios(
      [{ path: 'f.yaml', text: SAMPLE.replace('  workload:', `  cluster: ${cluster}\n  workload:`) }],
      [{ path: 'l.yaml', text: SAMPLE_STEADY_STATE }],
      { digest: (text) => text, readText: (path) => (path === 'kind/small.yaml' ? kind : null) },
    );
  const OWN = '{ use: fresh, config: kind/small.yaml }';

  it('may be fresh, with a shape of its own', () => {
    const { scenarios } = withCluster(OWN);
    expect(scenarios).toMatchObject([{ cluster: 'fresh', clusterConfig: 'kind/small.yaml' }]);
    expect(withCluster('{ use: fresh }').scenarios).toMatchObject([{ cluster: 'fresh', clusterConfig: null }]);
  });

  it('has no shape of its own when it is there already', () => {
    expect(withCluster('{ use: lab, config: kind/small.yaml }').issues.map(formatIssue)).toEqual([
      'f.yaml:7:24 spec.cluster.config: expected use: fresh with a configuration, got lab',
    ]);
  });

  it('has a shape that kind takes, or every reason why not at its place', () => {
    const bad = KIND.replace('nodes:', 'node: 1\nfeatureGate: {}\nnodes:');
    const { scenarios, issues } = withCluster(OWN, bad);
    expect(scenarios).toEqual([]);
    expect(issues.map(formatIssue)).toEqual([
      'kind/small.yaml:3:1 node: unknown key (did you mean nodes?)',
      'kind/small.yaml:4:1 featureGate: unknown key (did you mean featureGates?)',
    ]);
  });

  it('has a shape that is there', () => {
    expect(withCluster(OWN, null).issues.map(formatIssue)).toEqual([
      'f.yaml:7:34 spec.cluster.config: expected the path of a kind configuration, there is no file kind/small.yaml',
    ]);
  });

  it('is part of what is claimed: with another shape it is another scenario', () => {
    const digestOf = (kind: string) => withCluster(OWN, kind).scenarios[0]?.digest;
    expect(digestOf(KIND)).toBe(digestOf(KIND));
    expect(digestOf(KIND)).not.toBe(digestOf(`${KIND}featureGates: {}\n`));
  });
});
