import { readFileSync } from 'node:fs';
import { CustomObjectsApi } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { systemClock } from '../../healer/src/clock.ts';
import { KubeClient } from '../../healer/src/kube/client.ts';
import { toKubeError } from '../../healer/src/kube/kube-error.ts';
import { ObjectStore } from '../../healer/src/kube/object-store.ts';
import {
  type RemediationApi,
  RemediationOwnership,
  specOf,
} from '../../healer/src/remediations/remediation-ownership.ts';
import { createMetrics } from '../../healer/src/telemetry/metrics.ts';
import { SPEC, incident as sample } from '../../healer/test/fakes/samples.ts';
import { ApiServer, findPrograms } from '../real-cluster/api-server.ts';

const programs = findPrograms();
const at = { group: 'healproof.dev', version: 'v1alpha1', namespace: 'default', plural: 'healingpolicies' };

const read = (path: string): unknown[] =>
  parseAllDocuments(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).map((document) => document.toJS());
const [slo, notReady] = SPEC.conditions;
const window = { effect: 'deny', schedule: '0 22 * * *', duration: '1h' };

describe.skipIf(typeof programs === 'string')('the healer’s kinds on kube-apiserver', () => {
  let server: ApiServer;
  let custom: CustomObjectsApi;
  let names = 0;

  beforeAll(async () => {
    if (typeof programs === 'string') throw new Error(programs);
    server = await ApiServer.start(programs);
    const config = server.kubeConfig();
    custom = config.makeApiClient(CustomObjectsApi);
    // The typed client would drop every key that begins with x-kubernetes.
    const kinds = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' };
    for (const body of read('healer/crds/healproof.dev.yaml') as { metadata: { name: string } }[]) {
      await custom.createClusterCustomObject({ ...kinds, body });
      const established = async (): Promise<unknown> => {
        const { status } = await custom.getClusterCustomObject({ ...kinds, name: body.metadata.name });
        return Object(status).conditions?.find(({ type }: { type: string }) => type === 'Established')?.status;
      };
      await vi.waitUntil(async () => (await established()) === 'True', { timeout: 20_000, interval: 100 });
    }
  }, 120_000);
  afterAll(() => server?.stop());

  function create(spec: object): Promise<{ metadata: object; spec: Record<string, unknown> }> {
    names += 1;
    const metadata = { name: `p${names}`, namespace: 'default' };
    const body = { apiVersion: 'healproof.dev/v1alpha1', kind: 'HealingPolicy', metadata, spec };
    return custom.createNamespacedCustomObject({ ...at, body }).catch((error: unknown) => {
      throw toKubeError(error, 'create policy');
    });
  }

  it('take a good policy and write the defaults out', async () => {
    const { spec } = await create({ ...SPEC, limits: {} });
    expect(spec).toMatchObject({
      mode: 'auto',
      limits: { minHealthy: '51%', cooldown: '60s', budget: { actions: 3, per: '10m' }, giveUpAfter: 3 },
    });
  });

  it('take the policy of the lab', async () => {
    const [body] = read('lab/deploy/healer/30-policies.yaml') as object[];
    const made = await custom.createClusterCustomObject({ ...at, plural: 'clusterhealingpolicies', body });
    expect(made).toMatchObject({ kind: 'ClusterHealingPolicy', spec: { namespaces: ['shop'] } });
  });

  it.each<[string, object, RegExp]>([
    [
      'a zero duration',
      { ...SPEC, conditions: [{ ...notReady, for: '0s' }] },
      /expected a duration above zero such as 30s/,
    ],
    ['a duration without a unit', { ...SPEC, limits: { cooldown: '10' } }, /expected a duration above zero/],
    ['an empty selector', { ...SPEC, selector: { matchLabels: {} } }, /an empty selector would select every pod/],
    ['no selector', { conditions: SPEC.conditions }, /spec\.selector: Required/],
    ['a condition twice', { ...SPEC, conditions: [notReady, notReady] }, /each type of condition may be named once/],
    [
      'an unknown condition',
      { ...SPEC, conditions: [{ ...notReady, type: 'Unready' }] },
      /Unsupported value: "Unready"/,
    ],
    ['no condition', { ...SPEC, conditions: [] }, /should have at least 1 item/],
    [
      'a condition without what it needs',
      { ...SPEC, conditions: [{ type: 'NotReady' }] },
      /for is needed for .*NotReady/,
    ],
    [
      'a condition with what is another’s',
      { ...SPEC, conditions: [{ ...notReady, query: 'up' }] },
      /query belongs to SLOViolation only/,
    ],
    [
      'a threshold without a comparison',
      { ...SPEC, conditions: [{ ...slo, threshold: '0.5' }] },
      /expected a comparison such as/,
    ],
    ['an impossible percentage', { ...SPEC, limits: { minHealthy: '151%' } }, /expected a percentage such as/],
    ['a negative number of pods', { ...SPEC, limits: { minHealthy: -1 } }, /expected a percentage such as/],
    [
      'a step nobody knows',
      { ...SPEC, conditions: [{ ...notReady, steps: [{ action: 'Pray' }] }] },
      /Unsupported value: "Pray"/,
    ],
    ['a zero budget', { ...SPEC, limits: { budget: { actions: 0, per: '1m' } } }, /greater than or equal to 1/],
    ['a pause without a reason', { ...SPEC, paused: { until: '2030-01-01T00:00:00Z' } }, /paused\.reason: Required/],
    ['a window of no length', { ...SPEC, windows: [{ ...window, duration: '0h' }] }, /expected a duration above zero/],
  ])('refuse %s with a sentence', async (_title, spec, sentence) => {
    await expect(create(spec)).rejects.toThrow(sentence);
  });

  it.each([[['kube-system']], [[]]])('refuse a policy of the cluster for namespaces %j', async (namespaces) => {
    const spec = { ...SPEC, namespaces };
    const body = { apiVersion: 'healproof.dev/v1alpha1', kind: 'ClusterHealingPolicy', metadata: { name: 'c' }, spec };
    const made = custom.createClusterCustomObject({ ...at, plural: 'clusterhealingpolicies', body });
    await expect(made).rejects.toThrow(/never acts in kube-system|at least 1 item/);
  });

  it('let exactly one replica go on with an incident, and keep the record through the status alone', async () => {
    const api: RemediationApi = new KubeClient(server.kubeConfig()).objects();
    const replica = (holder: string): RemediationOwnership => {
      const silent = { metrics: createMetrics(), log: { warn: () => undefined } };
      return new RemediationOwnership({ api, store: new ObjectStore(), clock: systemClock, holder, ...silent });
    };
    const target = { kind: 'Pod', namespace: 'default', name: 'a', uid: 'uid-a' } as const;
    const incident = sample({ id: 'abc', target });
    const spec = specOf(incident, undefined);
    const [one, two] = [replica('one'), replica('two')];
    const claims = await Promise.all([one.claim(incident, spec), two.claim(incident, spec)]);
    expect(claims).toMatchObject([{ kind: 'held' }, { kind: 'held' }]);
    const acting = { phase: 'Acting', reason: 'r', action: 'EvictPod' } as const;
    const objections = await Promise.all([one.advance('abc', acting), two.advance('abc', acting)]);
    expect(objections.filter((each) => each === undefined)).toHaveLength(1);
    const stored = await api.readRemediation('default', 'r-abc');
    expect(stored).toMatchObject({ spec: { incident: 'abc' }, status: { phase: 'Acting' } });
    const winner = objections[0] === undefined ? one : two;
    winner.note('abc', { phase: 'Resolved', reason: 'well', outcome: 'helped', endedAt: new Date().toISOString() });
    await winner.flush(5_000);
    expect(await api.readRemediation('default', 'r-abc')).toMatchObject({ status: { phase: 'Resolved' } });
  });
});
