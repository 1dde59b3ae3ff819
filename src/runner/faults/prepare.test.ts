import { beforeEach, expect, it } from 'vitest';
import { LABELS } from '../../../healer/src/names.ts';
import { DEPLOYMENT, NODE, node, POD, runWith, SmallCluster } from '../../../test/fakes/small-cluster.ts';
import type { Fault, KubernetesChange } from '../../scenario/model/fault.ts';

let cluster: SmallCluster;
beforeEach(() => {
  cluster = new SmallCluster();
});

const single = { durationMs: null } as const;
const change = (own: KubernetesChange): Fault => ({ type: 'kubernetes', change: own, ...single });
const pause = (name?: string): Fault => ({
  type: 'node',
  action: 'pause',
  node: name === undefined ? {} : { name },
  durationMs: 60_000,
});
const upgrade = (over = {}): Fault => ({
  type: 'helm',
  action: 'upgrade',
  release: 'shop',
  namespace: 'shop',
  chart: 'chart',
  values: {},
  killAfterMs: 0,
  ...single,
  ...over,
});

/** Why the run injected nothing at all. */
async function refusal(fault: Fault): Promise<string> {
  const record = await runWith(cluster, fault);
  expect(record.evidence.injection).toBeNull();
  expect(record.judgement?.verdict).toBe('inconclusive');
  expect(cluster.machines.diary).toEqual([]);
  return record.evidence.failure?.message ?? '';
}

it.each<{ fault: Fault; why: RegExp }>([
  { fault: change({ verb: 'scale', object: DEPLOYMENT, replicas: 1 }), why: /already as the fault would make it/ },
  {
    fault: change({ verb: 'delete', object: { ...DEPLOYMENT, name: 'none' } }),
    why: /there is no Deployment shop\/none/,
  },
  {
    fault: change({ verb: 'delete', object: { ...POD, labels: { app: 'none' } } }),
    why: /no Pod in shop with the labels/,
  },
  { fault: upgrade({ release: 'none' }), why: /there is no release shop\/none/ },
  { fault: pause('judge'), why: /no ready worker fits/ },
  { fault: pause('none'), why: /no ready worker fits/ },
])('a fault that would do nothing, or hit the judge, is refused: $why', async ({ fault, why }) => {
  expect(await refusal(fault)).toMatch(why);
});

it('a pod that nobody would replace is not deleted', async () => {
  const metadata = { namespace: 'shop', name: 'alone', uid: 'u', labels: { app: 'alone' } };
  cluster.kube.seed({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { nodeName: NODE },
    status: { phase: 'Running' },
  });
  const object = { ...POD, labels: { app: 'alone' } };
  expect(await refusal(change({ verb: 'delete', object }))).toMatch(/no controller that would replace it/);
});

it('an object that was made anew since it was looked at is left alone', async () => {
  const { kube } = cluster;
  const patch = kube.patch.bind(kube);
  kube.patch = async (ref, own, options) => {
    const old = kube.objects.get('Deployment/shop/back');
    if (ref.kind === 'Secret' && old !== undefined) kube.seed({ ...old, metadata: { ...old.metadata, uid: 'anew' } });
    return patch(ref, own, options);
  };
  const paused = { verb: 'patch', object: DEPLOYMENT, patchType: 'merge', patch: { spec: { paused: true } } } as const;
  for (const own of [{ verb: 'scale', object: DEPLOYMENT, replicas: 0 } as const, paused]) {
    const record = await runWith(cluster, change(own));
    expect(record.evidence.injection?.refusal).toMatch(/another UID/);
    expect(record.judgement?.verdict).toBe('inconclusive');
  }
  const changes = kube.calls.filter((call) => /^(scale|patch) Deployment/.test(call));
  expect(changes, 'the attempt alone, and no way back').toEqual(['scale Deployment/shop/back']);
});

it('a control plane and a node that is no container of the engine are not paused', async () => {
  cluster.kube.objects.delete(`Node/${NODE}`);
  cluster.kube.seed(node('master', { 'node-role.kubernetes.io/control-plane': '' }));
  expect(await refusal(pause())).toMatch(/no ready worker fits/);
  cluster.kube.seed(node('elsewhere', {}));
  expect(await refusal(pause())).toMatch(/the container engine reaches none/);
});

it('a node with pods of somebody else is not hit, one with pods of the cluster itself is', async () => {
  const spec = { nodeName: NODE };
  const pod = (namespace: string) => ({
    ...{ apiVersion: 'v1', kind: 'Pod', spec, status: { phase: 'Running' } },
    metadata: { namespace, name: 'p', uid: `uid-${namespace}` },
  });
  cluster.kube.seed(pod('kube-system'));
  expect((await runWith(cluster, pause())).evidence.injection).not.toBeNull();
  cluster = new SmallCluster();
  cluster.kube.seed(pod('billing'));
  expect(await refusal(pause())).toMatch(/outside blastRadius.namespaces \[shop\]: billing\/p/);
});

it('with two judges nothing beside the second one is hit either', async () => {
  // Listed last, so that nobody who looks at the first judge only would see it.
  cluster.kube.objects.delete(`Node/${NODE}`);
  cluster.kube.seed(node('judge2', { [LABELS.role]: 'judge' }), node(NODE, { [LABELS.role]: 'judge' }));
  const why = /on worker, where the judge lives: shop\/back-1/;
  expect(await refusal(change({ verb: 'delete', object: POD }))).toMatch(why);
  expect(await refusal(change({ verb: 'scale', object: DEPLOYMENT, replicas: 0 }))).toMatch(why);
  expect(await refusal(pause('judge2'))).toMatch(/no ready worker fits/);
});

it('a release in a namespace of somebody else is not upgraded', async () => {
  const { kube } = cluster;
  const apply = kube.apply.bind(kube);
  kube.apply = async (object, options) => {
    const made = await apply(object, options);
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' };
    if (made.kind === 'Namespace') await kube.patch(ref, { metadata: { labels: { [LABELS.run]: null } } });
    return made;
  };
  expect(await refusal(upgrade())).toMatch(/was not made by this run/);
});

it('a change that is still there after it was taken back is a leak', async () => {
  const { kube } = cluster;
  const object = { ...DEPLOYMENT };
  const scale = kube.scale.bind(kube);
  kube.scale = async (ref, replicas) => (replicas === 0 ? scale(ref, replicas) : undefined);
  const record = await runWith(cluster, change({ verb: 'scale', object, replicas: 0 }));
  expect(record.leaks).toEqual([expect.objectContaining({ what: 'scale Deployment on shop/back' })]);
  expect(record.exitCode).toBe(4);
});

it('faults of a sequence must fit into the blast radius together', async () => {
  const other = node('worker2', {});
  cluster.kube.seed(other);
  cluster.machines.reaches = () => true;
  const steps = [NODE, 'worker2'].map((name) => ({ afterMs: 0, fault: pause(name) })) as Extract<
    Fault,
    { type: 'sequence' }
  >['steps'];
  expect(await refusal({ type: 'sequence', steps })).toMatch(/2 nodes would be hit, blastRadius.maxNodes is 1/);
});

it('a later fault of a sequence waits for its time, and the first is looked at meanwhile', async () => {
  const deletion = { type: 'kubernetes', change: { verb: 'delete', object: POD }, ...single } as const;
  const later = { type: 'node', action: 'drain', node: {}, ...single } as const;
  const record = await runWith(cluster, {
    type: 'sequence',
    steps: [
      { afterMs: 0, fault: deletion },
      { afterMs: 6_000, fault: later },
    ],
  });
  const [first, second] = record.evidence.injection?.parts ?? [];
  expect((second?.requestedAtMs ?? 0) - (first?.requestedAtMs ?? 0)).toBeGreaterThanOrEqual(6_000);
  expect(first?.readings.some(({ atMs }) => atMs < (second?.requestedAtMs ?? 0))).toBe(true);
  expect(record.evidence.injection?.targets.map(({ kind }) => kind)).toEqual(['Pod', 'Node']);
});
