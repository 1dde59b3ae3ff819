import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AuthorizationV1Api, CoreV1Api, type V1ResourceRule } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEALER } from '../../healer/src/names.ts';
import { ApiServer, findPrograms } from '../real-cluster/api-server.ts';
import { findHelm } from '../real-cluster/find-helm.ts';
import { type RbacObject, rightsOf } from '../real-cluster/rbac-table.ts';
import { HEALER_CHART, renderChart } from '../real-cluster/render-chart.ts';

const run = promisify(execFile);
const programs = findPrograms();
const helm = findHelm() ?? '';
const missing = typeof programs === 'string' ? programs : helm === '' ? 'no helm was found or built' : undefined;
if (missing !== undefined)
  process.stderr.write(`skipped: the healer’s rights as the API server sees them: ${missing}\n`);

/** What Kubernetes lets everybody do: ask about themselves. */
const EVERYBODYS = /^ ?(authorization|authentication)\.k8s\.io\//;

describe.skipIf(missing !== undefined)('the healer’s rights, as the API server lists them', () => {
  let server: ApiServer;
  let rendered: RbacObject[];

  beforeAll(async () => {
    if (typeof programs === 'string') throw new Error(programs);
    server = await ApiServer.start(programs);
    const core = server.kubeConfig().makeApiClient(CoreV1Api);
    for (const name of ['a', 'b', HEALER.namespace]) await core.createNamespace({ body: { metadata: { name } } });
    const env = { ...process.env, KUBECONFIG: await server.kubeConfigFile('helm', 'admin-token') };
    const place = ['--namespace', HEALER.namespace, '--set-json', 'namespaces=["a"]'];
    await run(helm, ['install', 'healer', HEALER_CHART, ...place], { env });
    rendered = await renderChart(helm, 'namespaces=["a"]');
  }, 90_000);
  afterAll(() => server?.stop());

  /** Every right in a namespace, whether it is given there or everywhere, as `group/resource[name] verb`. */
  async function listed(namespace: string): Promise<string[]> {
    const api = server.kubeConfig('healer-token').makeApiClient(AuthorizationV1Api);
    const { status } = await api.createSelfSubjectRulesReview({ body: { spec: { namespace } } });
    expect(status?.incomplete).toBe(false);
    const lines = (status?.resourceRules ?? []).flatMap(linesOf).filter((line) => !EVERYBODYS.test(line));
    return [...new Set(lines)].sort();
  }

  function wanted(namespace: string): string[] {
    const all = rightsOf(`${HEALER.namespace}/${HEALER.serviceAccount}`, rendered);
    const here = all.filter((line) => line.startsWith(`${namespace} `) || line.startsWith('* '));
    return [...new Set(here.map((line) => line.slice(line.indexOf(' ') + 1)))].sort();
  }

  it.each(['a', 'b', 'default', 'kube-system', HEALER.namespace])(
    'are those of the chart in %s, no more, no less',
    async (namespace) => {
      expect(await listed(namespace)).toEqual(wanted(namespace));
    },
  );

  it('let it act in the namespace that was listed, and nowhere else', async () => {
    const acts = (lines: readonly string[]): string[] =>
      lines.filter(
        (line) =>
          /^\/(pods|pods\/eviction|secrets) |^apps\/deployments /.test(line) && !/ (get|list|watch)$/.test(line),
      );
    expect(acts(await listed('a'))).toContain('/pods/eviction create');
    expect(acts(await listed('a'))).toContain('/secrets update');
    expect(acts(await listed('b'))).toEqual([]);
    expect((await listed('b')).filter((line) => line.startsWith('/secrets'))).toEqual([]);
    expect((await listed(HEALER.namespace)).filter((line) => line.startsWith('/secrets'))).toEqual([]);
  });

  it('end where its binding is taken away', async () => {
    const env = { ...process.env, KUBECONFIG: await server.kubeConfigFile('helm', 'admin-token') };
    const place = ['--namespace', HEALER.namespace, '--set-json', 'namespaces=["b"]'];
    await run(helm, ['upgrade', 'healer', HEALER_CHART, ...place], { env });
    expect(await listed('a')).toEqual(wanted('default'));
    expect(await listed('b')).toEqual(wanted('a'));
  });
});

function linesOf({ apiGroups = [], resources = [], resourceNames, verbs }: V1ResourceRule): string[] {
  const names = resourceNames === undefined || resourceNames.length === 0 ? [''] : resourceNames;
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      names.flatMap((name) => verbs.map((verb) => `${group}/${resource}${name === '' ? '' : `[${name}]`} ${verb}`)),
    ),
  );
}
