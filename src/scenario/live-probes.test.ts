import { describe, expect, it } from 'vitest';
import { formatIssue } from '../errors.ts';
import { compileScenarios } from './compile.ts';
import { SAMPLE, SAMPLE_STEADY_STATE } from './model/sample.test-data.ts';

const LATENCY = SAMPLE.slice(SAMPLE.indexOf('    - name: latency'), SAMPLE.indexOf('  fault:'));

function compile(probe: string) {
  const text = SAMPLE.replace(LATENCY, probe);
  return compileScenarios([{ path: 'f.yaml', text }], [{ path: 'l.yaml', text: SAMPLE_STEADY_STATE }], {
    digest: () => '',
  });
}

const KUBERNETES = `    - name: replicas
      kubernetes: { apiVersion: apps/v1, kind: Deployment, namespace: shop, name: shop-back, field: status.readyReplicas }
      tolerance: ">= 2"
      every: 2s
      for: 5s
`;
const TEXT = `    - name: available
      kubernetes: { apiVersion: v1, kind: Node, name: w, field: "status.conditions[type=Ready].status", equals: "True" }
      for: 5s
`;
const HTTP = `    - name: front page
      http: { service: { namespace: shop, name: shop-front, port: 8080 }, body: "^ok" }
      for: 5s
`;

describe('a probe of another kind', () => {
  it('asks for a field of an object', () => {
    const { issues, scenarios } = compile(KUBERNETES);
    expect(issues.map(formatIssue)).toEqual([]);
    expect(scenarios[0]?.steadyState[1]).toEqual({
      name: 'replicas',
      kubernetes: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: 'shop',
        name: 'shop-back',
        field: 'status.readyReplicas',
        equals: null,
        whenAbsent: null,
      },
      tolerance: { kind: 'compare', operator: '>=', value: 2 },
      everyMs: 2_000,
      forMs: 5_000,
    });
  });

  it('asks whether a field is a text', () => {
    expect(compile(TEXT).scenarios[0]?.steadyState[1]).toMatchObject({
      kubernetes: { namespace: null, equals: 'True' },
      tolerance: { operator: '==', value: 1 },
      everyMs: 1_000,
    });
  });

  it('asks an address', () => {
    expect(compile(HTTP).scenarios[0]?.steadyState[1]).toMatchObject({
      http: {
        address: { service: { namespace: 'shop', name: 'shop-front', port: '8080', path: '/' } },
        status: 200,
        body: '^ok',
        withinMs: 1_000,
      },
      tolerance: { operator: '==', value: 1 },
    });
  });

  const P = 'spec.steadyState[1]';
  it.each([
    [
      'both answers',
      TEXT.replace('      for', '      tolerance: "== 1"\n      for'),
      `f.yaml:12:7 ${P}.tolerance: expected either tolerance, for a number, or kubernetes.equals, for a text`,
    ],
    [
      'no answer',
      KUBERNETES.replace('      tolerance: ">= 2"\n', ''),
      `f.yaml:11:7 ${P}.kubernetes: expected either tolerance, for a number, or kubernetes.equals, for a text`,
    ],
    [
      'no field',
      KUBERNETES.replace('status.readyReplicas', 'status..x'),
      `f.yaml:11:101 ${P}.kubernetes.field: expected a field such as status.readyReplicas or status.conditions[type=Ready].status, got "status..x"`,
    ],
    [
      'half a second',
      KUBERNETES.replace('every: 2s', 'every: 1500ms'),
      `f.yaml:13:14 ${P}.every: expected whole seconds, got 1s500ms`,
    ],
    [
      'an interval that is too long for the budgets',
      KUBERNETES.replace('every: 2s', 'every: 8s'),
      'f.yaml:36:13 spec.recovery.within: expected at least 34s, twice the 17s by which a change can show late here, got 30s',
    ],
    [
      'two addresses',
      HTTP.replace('{ service', '{ url: "http://x/", service'),
      `f.yaml:11:7 ${P}.http: expected either url or service`,
    ],
    ['no address', HTTP.replace(/service: \{.*?\}, /, ''), `f.yaml:11:7 ${P}.http: expected either url or service`],
    [
      'another scheme',
      HTTP.replace(/service: \{.*?\}/, 'url: "ftp://x"'),
      `f.yaml:11:20 ${P}.http.url: expected a URL that begins with http:// or https://, got "ftp://x"`,
    ],
    [
      'a body that is no expression',
      HTTP.replace('"^ok"', '"("'),
      `f.yaml:11:81 ${P}.http.body: expected a regular expression, got "("`,
    ],
    [
      'an answer later than the next question',
      HTTP.replace('body: "^ok"', 'within: 2s'),
      `f.yaml:11:83 ${P}.http.within: expected at most 1s, the time until it is asked again, got 2s`,
    ],
    [
      'a key of PromQL',
      HTTP.replace('      for', '      query: up\n      for'),
      `f.yaml:12:7 ${P}.query: unknown key (did you mean every?): expected one of name, http, every, for`,
    ],
  ])('is refused with %s', (_what, probe, issue) => {
    expect(compile(probe).issues.map(formatIssue).join('\n')).toContain(issue);
  });
});
