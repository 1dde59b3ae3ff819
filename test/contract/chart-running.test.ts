import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { METRICS } from '../../healer/src/names.ts';
import { findHelm } from '../real-cluster/find-helm.ts';
import { type Attempt, allows, type End, type NetworkPolicy } from '../real-cluster/network-policy.ts';
import { type RbacObject, rightsOf } from '../real-cluster/rbac-table.ts';
import { renderChart } from '../real-cluster/render-chart.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const helm = findHelm() ?? '';
if (helm === '') process.stderr.write('skipped: how the healer’s chart runs it: no helm was found or built\n');

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly terminationGracePeriodSeconds: number;
  readonly enableServiceLinks?: boolean;
  readonly topologySpreadConstraints: readonly object[];
  readonly containers: readonly { readonly env: readonly { readonly name: string; readonly value?: string }[] }[];
  readonly volumes: readonly { readonly name: string; readonly projected?: object }[];
}

interface Manifest extends RbacObject {
  // The spec of whatever kind it is.
  readonly spec: Readonly<Record<string, unknown>>;
}

const render = (...settings: readonly string[]): Promise<Manifest[]> =>
  renderChart<Manifest>(helm, 'namespaces=["shop","other"]', ...settings);

function only(objects: readonly Manifest[], kind: string): Manifest {
  const found = objects.filter((each) => each.kind === kind);
  const [first] = found;
  if (first === undefined || found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}`);
  return first;
}

function podSpec(objects: readonly Manifest[]): PodSpec {
  return (only(objects, 'Deployment').spec.template as { spec: PodSpec }).spec;
}

const SLACK = 'slack={"enabled":true,"secretName":"hook"}';
const ALERTS = 'alerts={"enabled":true,"tokenSecretName":"webhook-token","certSecretName":"webhook-tls"}';

describe.skipIf(helm === '')('a healer that the chart runs', () => {
  let objects: Manifest[];

  beforeAll(async () => {
    objects = await render();
  });

  it('has its replicas spread over zones and nodes, those of one revision among themselves', () => {
    const { topologySpreadConstraints } = podSpec(objects);
    expect(topologySpreadConstraints).toMatchObject([
      { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, matchLabelKeys: ['pod-template-hash'] },
      { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, matchLabelKeys: ['pod-template-hash'] },
    ]);
  });

  it('is told no addresses of Services, one of which would stand where it looks for a port', () => {
    expect(podSpec(objects).enableServiceLinks).toBe(false);
  });

  it('loses one replica at a time to evictions, and a sick one always', () => {
    expect(only(objects, 'PodDisruptionBudget').spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    });
  });

  it.each([
    ['60s', 90],
    ['2m', 150],
    ['1m30s', 120],
    ['1h', 3630],
    ['500ms', 31],
  ])('has time to end a rollback of at most %s: %d s', async (timeout, seconds) => {
    const rendered = await render(`helm={"timeout":"${timeout}"}`);
    expect(podSpec(rendered).terminationGracePeriodSeconds).toBe(seconds);
  });

  it('has that time on the lab too', () => {
    const [deployment] = parseAllDocuments(read('lab/deploy/healer/40-deployment.yaml')).map((each) => each.toJS());
    const { spec } = (deployment as { spec: { template: { spec: PodSpec } } }).spec.template;
    expect(spec.terminationGracePeriodSeconds).toBe(podSpec(objects).terminationGracePeriodSeconds);
    // What the healer takes for one helm where nothing is said.
    expect(spec.containers[0]?.env.map(({ name }) => name)).not.toContain('HEALER_HELM_TIMEOUT');
  });

  it('reads token and certificate of its webhook from files that follow their Secrets', async () => {
    const { volumes, containers } = podSpec(await render(ALERTS));
    expect(volumes.find(({ name }) => name === 'alerts')?.projected).toMatchObject({
      sources: [
        { secret: { name: 'webhook-token', items: [{ key: 'token', path: 'token' }] } },
        { secret: { name: 'webhook-tls', items: [{ path: 'tls.crt' }, { path: 'tls.key' }] } },
      ],
    });
    const variables = Object.fromEntries(containers.flatMap(({ env }) => env.map(({ name, value }) => [name, value])));
    expect(variables).toMatchObject({
      HEALER_ALERTS_TOKEN_FILE: '/alerts/token',
      HEALER_ALERTS_CERT_FILE: '/alerts/tls.crt',
      HEALER_ALERTS_KEY_FILE: '/alerts/tls.key',
    });
  });

  it('is scaled by a metric that it has and that the rules for prometheus-adapter serve', async () => {
    const autoscaling = 'autoscaling={"enabled":true,"minReplicas":1,"maxReplicas":3,"scaleDownSeconds":60}';
    const { spec } = only(await render(autoscaling), 'HorizontalPodAutoscaler');
    expect(spec).toMatchObject({
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [
        { pods: { metric: { name: METRICS.queueDepth }, target: { type: 'AverageValue', averageValue: '20' } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
    });
    const { rules } = parse(read('healer/rules/prometheus-adapter.yaml')) as { rules: { seriesQuery: string }[] };
    expect(rules.map(({ seriesQuery }) => seriesQuery.replace(/\{.*/, ''))).toEqual([METRICS.queueDepth]);
  });

  it('runs every pod, that of the test too, under an account whose rights are in the table', async () => {
    const all = await render(ALERTS);
    const job = only(all, 'Job').spec.template as { spec: PodSpec };
    const pods = [podSpec(all), only(all, 'Pod').spec as unknown as PodSpec, job.spec];
    const accounts = all.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
    expect(accounts.sort()).toEqual(['healer', 'healer-cleanup']);
    expect(pods.map(({ serviceAccountName }) => serviceAccountName)).toEqual(['healer', 'healer', 'healer-cleanup']);
    const subjects = all.flatMap(({ subjects: each }) => each ?? []);
    const bound = subjects.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
    expect([...new Set(bound)].sort()).toEqual([
      'ServiceAccount healproof-system/healer',
      'ServiceAccount healproof-system/healer-cleanup',
    ]);
    expect(rightsOf('healproof-system/healer-cleanup', all)).toEqual([
      'healproof-system /pods[healer-test] delete',
      'healproof-system coordination.k8s.io/leases delete',
      'healproof-system coordination.k8s.io/leases list',
    ]);
  });

  it('is asked by helm test about rights that it has been given, in every namespace', async () => {
    const variables = (only(objects, 'Pod').spec as unknown as PodSpec).containers[0]?.env ?? [];
    const asked: AskedRight[] = JSON.parse(variables.find(({ name }) => name === 'RIGHTS')?.value ?? '[]');
    const given = rightsOf('healproof-system/healer', objects);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.map(asLine).filter((line) => !given.includes(line))).toEqual([]);
    expect(new Set(asked.map(({ namespace }) => namespace))).toEqual(
      new Set([undefined, 'healproof-system', 'other', 'shop']),
    );
  });
});

interface AskedRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
}

function asLine({ verb, group, resource, subresource, namespace }: AskedRight): string {
  return `${namespace ?? '*'} ${group}/${[resource, subresource].filter(Boolean).join('/')} ${verb}`;
}

const inNamespace = (name: string, pod: Readonly<Record<string, string>> = {}): End => ({ pod, namespace: { name } });
const TEST_POD = { 'app.kubernetes.io/name': 'healer-test', 'app.kubernetes.io/instance': 'healer' };
const DNS = inNamespace('kube-system', { 'k8s-app': 'kube-dns' });
const API_SERVER = { address: '10.0.0.1' };
const to = (end: End, port: number, protocol: 'TCP' | 'UDP' = 'TCP'): Attempt => {
  return { direction: 'egress', end, port, protocol };
};
const from = (end: End, port: number | string): Attempt => ({ direction: 'ingress', end, port });

/** No enforcement is seen here: what is judged is what the rules say. */
describe.skipIf(helm === '')('the NetworkPolicy of the chart', () => {
  const policy = async (...settings: readonly string[]): Promise<NetworkPolicy> =>
    only(await render(...settings), 'NetworkPolicy') as unknown as NetworkPolicy;
  const strict = JSON.stringify({
    apiServer: { cidrs: ['10.0.0.1/32'], ports: [6443] },
    metricsFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    alertsFrom: [{ podSelector: { matchLabels: { app: 'alertmanager' } } }],
    prometheusTo: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    otlpPort: 4318,
    messagesTo: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }],
  });

  it('is about the healer’s pods, in both directions, and not about the pod of the test', async () => {
    const { spec } = await policy();
    expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
    const labels = (only(await render(), 'Deployment').spec.template as { metadata: { labels: object } }).metadata
      .labels;
    expect(labels).toMatchObject(spec.podSelector.matchLabels ?? {});
    expect(TEST_POD).not.toMatchObject(spec.podSelector.matchLabels ?? {});
  });

  it.each<[string, Attempt]>([
    ['names', to(DNS, 53, 'UDP')],
    ['names over TCP', to(DNS, 53)],
    ['the API server', to(API_SERVER, 6443)],
    ['a Prometheus in the cluster', to(inNamespace('monitoring'), 9090)],
    ['a scrape', from(inNamespace('monitoring'), 'http')],
    ['the pod of the test', from(inNamespace('healproof-system', TEST_POD), 'http')],
  ])('lets through by default: %s', async (_title, attempt) => {
    expect(allows(await policy(), attempt)).toBe(true);
  });

  it.each<[string, Attempt]>([
    ['names asked of anybody else', to(inNamespace('shop'), 53, 'UDP')],
    ['names asked outside', to({ address: '192.0.2.1' }, 53, 'UDP')],
    ['a pod of the shop', to(inNamespace('shop'), 8080)],
    ['an etcd', to(API_SERVER, 2379)],
    ['a Prometheus outside', to({ address: '192.0.2.1' }, 9090)],
    ['a collector of traces', to(inNamespace('monitoring'), 4318)],
    ['a scrape from outside', from({ address: '192.0.2.1' }, 'http')],
    ['the webhook, while it is off', from(inNamespace('monitoring'), 'alerts')],
    ['another port of the healer', from(inNamespace('monitoring'), 9229)],
  ])('does not let through by default: %s', async (_title, attempt) => {
    expect(allows(await policy(), attempt)).toBe(false);
  });

  it.each<[string, boolean, Attempt]>([
    ['the API server', true, to(API_SERVER, 6443)],
    ['the same port elsewhere', false, to({ address: '10.0.0.2' }, 6443)],
    ['Slack', true, to({ address: '192.0.2.1' }, 443)],
    ['an address in the cluster by the port of Slack', false, to({ address: '10.1.2.3' }, 443)],
    ['a collector of traces', true, to(inNamespace('monitoring'), 4318)],
    ['the Prometheus that was named', true, to(inNamespace('monitoring'), 9090)],
    ['another pod by its port', false, to(inNamespace('shop'), 9090)],
    ['a scrape by who may', true, from(inNamespace('monitoring'), 'http')],
    ['a scrape by somebody else', false, from(inNamespace('shop'), 'http')],
    ['the pod of the test', true, from(inNamespace('healproof-system', TEST_POD), 'http')],
    ['the pod of a test elsewhere', false, from(inNamespace('shop', TEST_POD), 'http')],
    [
      'an Alertmanager beside the healer',
      true,
      from(inNamespace('healproof-system', { app: 'alertmanager' }), 'alerts'),
    ],
    ['an Alertmanager elsewhere', false, from(inNamespace('shop', { app: 'alertmanager' }), 'alerts')],
    ['somebody who may only scrape', false, from(inNamespace('monitoring'), 'alerts')],
  ])('where peers are named, says of %s: %s', async (_title, allowed, attempt) => {
    expect(allows(await policy(`networkPolicy=${strict}`, ALERTS, SLACK), attempt)).toBe(allowed);
  });

  it('does not let messages through where nobody is told', async () => {
    expect(allows(await policy(`networkPolicy=${strict}`), to({ address: '192.0.2.1' }, 443))).toBe(false);
  });
});

describe('allows', () => {
  const spec = { podSelector: {}, policyTypes: ['Egress'] };
  const some = (rule: object): NetworkPolicy => ({ metadata: { namespace: 'a' }, spec: { ...spec, egress: [rule] } });

  it('knows that nothing is allowed without a rule, everything in a direction without a policy', () => {
    const none: NetworkPolicy = { metadata: {}, spec };
    expect(allows(none, to(DNS, 53))).toBe(false);
    expect(allows(none, from(DNS, 53))).toBe(true);
  });

  it('knows that a rule without peers or ports means all, and that selectors of one peer hold together', () => {
    expect(allows(some({}), to({ address: '192.0.2.1' }, 1))).toBe(true);
    expect(allows(some({ ports: [{ port: 1 }] }), to({ address: '192.0.2.1' }, 2))).toBe(false);
    const both = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'b' } },
      podSelector: { matchLabels: { x: 'y' } },
    };
    expect(allows(some({ to: [both] }), to(inNamespace('b', { x: 'y' }), 1))).toBe(true);
    expect(allows(some({ to: [both] }), to(inNamespace('b'), 1))).toBe(false);
    expect(allows(some({ to: [both] }), to(inNamespace('a', { x: 'y' }), 1))).toBe(false);
    expect(() => allows(some({ to: [{ podSelector: { matchExpressions: [] } }] }), to(inNamespace('a'), 1))).toThrow();
  });
});
