import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { METRICS } from '../../healer/src/names.ts';
import { findHelm } from '../real-cluster/find-helm.ts';
import { covers, type RbacObject, rightsOf } from '../real-cluster/rbac-table.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const CHART = join(ROOT, 'healer', 'chart');
const ACCOUNT = 'healproof-system/healer';
const helm = findHelm();
if (helm === undefined) process.stderr.write('skipped: the healer’s chart: no helm was found or built\n');

interface Manifest extends RbacObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: {
      readonly spec: {
        readonly securityContext: object;
        readonly volumes?: readonly object[];
        readonly containers: readonly { readonly env: readonly { readonly name: string; readonly value?: string }[] }[];
      };
    };
    readonly groups?: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
  };
}

const parse = (text: string): Manifest[] =>
  parseAllDocuments(text).flatMap((document) => (document.toJS() === null ? [] : [document.toJS() as Manifest]));

async function render(...settings: string[]): Promise<Manifest[]> {
  const set = settings.flatMap((setting) => ['--set-json', setting]);
  const place = ['--namespace', 'healproof-system', '--kube-version', '1.34.0'];
  const { stdout } = await run(helm ?? '', ['template', 'healer', CHART, ...place, ...set]);
  return parse(stdout);
}

const refusal = async (...settings: string[]): Promise<string> => {
  try {
    await render(...settings);
    return '';
  } catch (error) {
    return String(Object(error).stderr);
  }
};

describe.skipIf(helm === undefined)('the healer’s chart', () => {
  let objects: Manifest[];

  beforeAll(async () => {
    objects = await render('namespaces=["shop","other"]');
  });

  it('passes helm lint', async () => {
    const { stdout } = await run(helm ?? '', ['lint', CHART, '--strict', '--kube-version', '1.34.0']);
    expect(stdout).toContain('0 chart(s) failed');
  });

  it('brings the custom resource definitions that belong to this healer', async () => {
    const { stdout } = await run(helm ?? '', ['show', 'crds', CHART]);
    const packed = parse(stdout).map(({ metadata }) => metadata.name);
    const generated = readdirSync(join(ROOT, 'healer', 'crds')).flatMap((file) =>
      parse(readFileSync(join(ROOT, 'healer', 'crds', file), 'utf8')),
    );
    expect(packed.sort()).toEqual(generated.map(({ metadata }) => metadata.name).sort());
    expect(packed).toContain('healingpolicies.healproof.dev');
  });

  it('lets the healer see everywhere and act only in the namespaces listed', () => {
    const scopes = (verb: RegExp): Set<string | undefined> =>
      new Set(rightsOf(ACCOUNT, objects).flatMap((right) => (verb.test(right) ? [right.split(' ')[0]] : [])));
    expect(scopes(/ (create|update|delete)$/)).toEqual(new Set(['healproof-system', 'other', 'shop']));
    expect(scopes(/ patch$/)).toEqual(new Set(['*', 'healproof-system', 'other', 'shop']));
    const everywhere = rightsOf(ACCOUNT, objects).filter((right) => right.startsWith('* '));
    expect(everywhere.filter((right) => !/ (get|list|watch)$/.test(right))).toEqual([
      '* healproof.dev/clusterhealingpolicies/status patch',
    ]);
  });

  it('gives no wildcard, no Secret outside the namespaces listed, and nothing that grants more', () => {
    const rights = rightsOf(ACCOUNT, objects);
    expect(rights.filter((right) => right.slice(2).includes('*'))).toEqual([]);
    const secrets = rights.filter((right) => right.includes('/secrets ')).map((right) => right.split(' ')[0]);
    expect(new Set(secrets)).toEqual(new Set(['other', 'shop']));
    expect(
      rights.filter((right) => /rbac\.|serviceaccounts\/token|pods\/exec|nodes.* (?!get|list|watch)/.test(right)),
    ).toEqual([]);
  });

  it('gives exactly these rights beside what rollbacks of releases need', async () => {
    const plain = await render('namespaces=["shop"]', 'helm={"enabled":false}');
    expect(rightsOf(ACCOUNT, plain)).toMatchInlineSnapshot(`
      [
        "* /namespaces get",
        "* /namespaces list",
        "* /namespaces watch",
        "* /nodes get",
        "* /nodes list",
        "* /nodes watch",
        "* /pods get",
        "* /pods list",
        "* /pods watch",
        "* apps/daemonsets get",
        "* apps/daemonsets list",
        "* apps/daemonsets watch",
        "* apps/deployments get",
        "* apps/deployments list",
        "* apps/deployments watch",
        "* apps/replicasets get",
        "* apps/replicasets list",
        "* apps/replicasets watch",
        "* apps/statefulsets get",
        "* apps/statefulsets list",
        "* apps/statefulsets watch",
        "* healproof.dev/clusterhealingpolicies get",
        "* healproof.dev/clusterhealingpolicies list",
        "* healproof.dev/clusterhealingpolicies watch",
        "* healproof.dev/clusterhealingpolicies/status patch",
        "* healproof.dev/healingpolicies get",
        "* healproof.dev/healingpolicies list",
        "* healproof.dev/healingpolicies watch",
        "* healproof.dev/remediations get",
        "* healproof.dev/remediations list",
        "* healproof.dev/remediations watch",
        "healproof-system /configmaps[healer-last-known-good] get",
        "healproof-system /configmaps[healer-last-known-good] list",
        "healproof-system /configmaps[healer-last-known-good] patch",
        "healproof-system /configmaps[healer-last-known-good] watch",
        "healproof-system coordination.k8s.io/leases create",
        "healproof-system coordination.k8s.io/leases delete",
        "healproof-system coordination.k8s.io/leases get",
        "healproof-system coordination.k8s.io/leases list",
        "healproof-system coordination.k8s.io/leases update",
        "healproof-system events.k8s.io/events create",
        "shop /pods delete",
        "shop /pods/eviction create",
        "shop apps/controllerrevisions get",
        "shop apps/controllerrevisions list",
        "shop apps/daemonsets patch",
        "shop apps/deployments patch",
        "shop apps/statefulsets patch",
        "shop events.k8s.io/events create",
        "shop healproof.dev/healingpolicies/status patch",
        "shop healproof.dev/remediations create",
        "shop healproof.dev/remediations delete",
        "shop healproof.dev/remediations/status update",
      ]
    `);
  });

  it('gives no right to Secrets where releases are not looked after', async () => {
    const plain = await render('namespaces=["shop"]', 'helm={"enabled":false}');
    expect(rightsOf(ACCOUNT, plain).filter((right) => right.includes('secrets'))).toEqual([]);
    expect(environmentOf(plain)).not.toHaveProperty('HEALER_HELM');
  });

  it('is granted nothing more by the lab', async () => {
    const folders = ['lab/deploy/healer', 'workloads/shop/manifests', 'workloads/shop-release/manifests'];
    const lab = folders.flatMap((folder) =>
      readdirSync(join(ROOT, folder))
        .filter((file) => file.endsWith('.yaml'))
        .flatMap((file) => parse(readFileSync(join(ROOT, folder, file), 'utf8'))),
    );
    const chart = rightsOf(ACCOUNT, await render('namespaces=["shop","shop-release"]'));
    const granted = rightsOf(ACCOUNT, lab);
    expect(granted.length).toBeGreaterThan(20);
    expect(granted.filter((right) => !covers(chart, right))).toEqual([]);
  });

  it('runs two replicas under the restricted rules for pods, with the namespaces it may act in', () => {
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    expect(deployment?.spec?.replicas).toBe(2);
    expect(deployment?.spec?.template?.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(deployment?.spec?.template?.spec.containers).toMatchObject([
      {
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        readinessProbe: { httpGet: { path: '/readyz' } },
        livenessProbe: { httpGet: { path: '/healthz' } },
        resources: { requests: { cpu: '50m' }, limits: { memory: '256Mi' } },
      },
    ]);
    expect(environmentOf(objects)).toMatchObject({
      HEALER_NAMESPACES: 'shop,other',
      HEALER_HELM: '/usr/local/bin/helm',
    });
  });

  it('has Slack told where a Secret is named, whose content stays in a file', async () => {
    expect(JSON.stringify(objects)).not.toContain('SLACK');
    const all = await render('namespaces=["shop"]', 'slack={"enabled":true,"secretName":"hook","secretKey":"webhook"}');
    expect(environmentOf(all)).toMatchObject({
      HEALER_SLACK_WEBHOOK_FILE: '/slack/url',
      HEALER_SLACK_TRANSITIONS: 'opened,acted,escalated,resolved,gave-up',
      HEALER_SLACK_RATE: '20/1m',
    });
    const pod = all.find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec;
    expect(pod?.volumes).toContainEqual({
      name: 'slack',
      secret: { secretName: 'hook', defaultMode: 0o440, items: [{ key: 'webhook', path: 'url' }] },
    });
    expect(pod?.securityContext).toHaveProperty('fsGroup');
    expect(rightsOf(ACCOUNT, all)).toEqual(rightsOf(ACCOUNT, await render('namespaces=["shop"]')));
    const policy = all.find(({ kind }) => kind === 'NetworkPolicy');
    expect(JSON.stringify(policy)).toContain('"port":443,"protocol":"TCP"}]}]');
  });

  it('makes what is asked for and nothing for operators that may not be there', async () => {
    const kinds = (all: readonly Manifest[]): string[] => [...new Set(all.map(({ kind }) => kind))].sort();
    expect(kinds(objects)).toEqual([
      'ClusterRole',
      'ClusterRoleBinding',
      'ConfigMap',
      'Deployment',
      'Job',
      'NetworkPolicy',
      'Pod',
      'PodDisruptionBudget',
      'Role',
      'RoleBinding',
      'Service',
      'ServiceAccount',
    ]);
    const enabled = '={"enabled":true}';
    const all = await render(`serviceMonitor${enabled}`, `prometheusRule${enabled}`, `autoscaling${enabled}`);
    expect(kinds(all)).toEqual(expect.arrayContaining(['HorizontalPodAutoscaler', 'PrometheusRule', 'ServiceMonitor']));
    expect(all.find(({ kind }) => kind === 'Deployment')?.spec).not.toHaveProperty('replicas');
  });

  it('alerts on metrics that the healer has', async () => {
    const all = await render('prometheusRule={"enabled":true}');
    const rules = all.flatMap(({ spec }) => spec?.groups ?? []).flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(4);
    const known: readonly string[] = Object.values(METRICS);
    for (const { expr } of rules) for (const name of expr.match(/healer_\w+/g) ?? []) expect(known).toContain(name);
  });

  it.each([
    ['a namespace of the cluster', 'namespaces=["kube-system"]', /namespaces/],
    ['its own namespace', 'namespaces=["healproof-system"]', /never acts in its own namespace/],
    ['a value that it does not know', 'namespace="shop"', /namespace/],
    ['a setting that is none', 'settings={"healer_x":"1"}', /invalid propertyName/],
    ['a wildcard for rollbacks', 'helm={"rights":[{"apiGroups":["*"],"resources":["*"]}]}', /helm/],
    ['no replica', 'replicaCount=0', /replicaCount/],
    ['alerts without a token', 'alerts={"enabled":true,"certSecretName":"c"}', /tokenSecretName/],
    ['alerts without a certificate', 'alerts={"enabled":true,"tokenSecretName":"t"}', /certSecretName/],
    ['Slack without a Secret', 'slack={"enabled":true}', /secretName/],
    ['an address for Slack, which belongs into a Secret', 'slack={"url":"https://x"}', /url/],
    ['something to tell that never happens', 'slack={"transitions":["closed"]}', /transitions/],
    ['a peer that is none', 'networkPolicy={"metricsFrom":[{"pods":"all"}]}', /metricsFrom/],
    ['a peer that would be anybody', 'networkPolicy={"prometheusTo":[{}]}', /prometheusTo/],
    ['an address that is none', 'prometheus={"url":"prometheus"}', /prometheus/],
  ])('refuses %s', async (_title, setting, sentence) => {
    expect(await refusal(setting)).toMatch(sentence);
  });
});

describe('rightsOf', () => {
  const role = (verbs: string[]) => ({
    kind: 'Role',
    metadata: { name: 'r', namespace: 'a' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs, resourceNames: ['x'] }],
  });
  const binding = (more: object = {}) => ({
    kind: 'RoleBinding',
    metadata: { name: 'b', namespace: 'a' },
    roleRef: { kind: 'Role', name: 'r' },
    subjects: [{ kind: 'ServiceAccount', name: 'healer', namespace: 'healproof-system' }],
    ...more,
  });

  it('lists one right a line', () => {
    expect(rightsOf(ACCOUNT, [role(['get', 'list']), binding()])).toEqual(['a /pods[x] get', 'a /pods[x] list']);
  });

  it('does not overlook a role that it cannot see', () => {
    expect(() => rightsOf(ACCOUNT, [binding()])).toThrow(/not among the manifests/);
  });

  it('knows that a right with a name is covered by one without, and one in a namespace by one everywhere', () => {
    expect(covers(['a /pods get'], 'a /pods[x] get')).toBe(true);
    expect(covers(['* /pods get'], 'a /pods get')).toBe(true);
    expect(covers(['a /pods[x] get'], 'a /pods get')).toBe(false);
    expect(covers(['a /pods get'], '* /pods get')).toBe(false);
  });
});

function environmentOf(objects: readonly Manifest[]): Record<string, string | undefined> {
  const containers = objects.find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec.containers ?? [];
  return Object.fromEntries(containers.flatMap(({ env }) => env.map(({ name, value }) => [name, value])));
}
