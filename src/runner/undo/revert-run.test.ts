import { beforeEach, describe, expect, it } from 'vitest';
import { LABELS } from '../../../healer/src/names.ts';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { KubernetesError } from '../../errors.ts';
import { DEAD_MAN, type UndoRecord } from '../../experiment/cluster-records/undo.ts';
import type { KubeObject } from '../../ports/kube.ts';
import { type RevertOptions, revertRun } from './revert-run.ts';

const RUN = 'run-1';
const SECRET = `Secret/${DEAD_MAN.namespace}/${DEAD_MAN.undoSecret(RUN)}`;
const FAULT = { apiVersion: 'chaos-mesh.org/v1alpha1', kind: 'NetworkChaos', namespace: 'shop', name: 'cut' } as const;
const HEALER = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: DEAD_MAN.namespace, name: 'healer' } as const;

let kube: FakeKube;
let notes: string[];
beforeEach(() => {
  kube = new FakeKube();
  notes = [];
});

function options(overrides: Partial<RevertOptions> = {}): RevertOptions {
  return {
    target: kube,
    clock: new FakeClock(),
    signal: new AbortController().signal,
    note: (message) => notes.push(message),
    beforeStep: async () => undefined,
    ...overrides,
  };
}

function secretWith(entries: Readonly<Record<string, string>>): KubeObject {
  const data = Object.fromEntries(
    Object.entries(entries).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  const metadata = { namespace: DEAD_MAN.namespace, name: DEAD_MAN.undoSecret(RUN), labels: { [LABELS.run]: RUN } };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data };
}

function secretOf(...records: UndoRecord[]): KubeObject {
  const entries = records.map((record) => [`${String(record.sequence).padStart(6, '0')}.json`, JSON.stringify(record)]);
  return secretWith(Object.fromEntries(entries) as Record<string, string>);
}

function namespace(name: string, run: string | undefined): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...(run === undefined ? {} : labels(run)) } };
}

function labels(run: string): { labels: Record<string, string> } {
  return { labels: { [LABELS.run]: run } };
}

const deleteNamespace = (sequence: number, name: string): UndoRecord => ({
  op: 'delete',
  sequence,
  ref: { apiVersion: 'v1', kind: 'Namespace', name },
  waitGone: true,
  isFault: false,
  targets: [],
});
const deleteFault = (sequence: number): UndoRecord => ({
  op: 'delete',
  sequence,
  ref: FAULT,
  waitGone: true,
  isFault: true,
  targets: [],
});
const scaleHealer = (sequence: number): UndoRecord => ({ op: 'scale', sequence, ref: HEALER, replicas: 2 });
const mutations = (): string[] => kube.calls.filter((call) => /^(remove|scale|patch)/.test(call));

describe('revertRun', () => {
  it.each(['', '..', 'a,b', '../secrets/x'])('asks nothing of the API server for a run called %j', async (runId) => {
    expect(await revertRun(runId, options())).toEqual([`${JSON.stringify(runId)} is no run`]);
    expect(kube.calls).toEqual([]);
  });

  it.each(['..', 'a/b', ''])('does not replay a record about an object called %j', async (name) => {
    kube.seed(secretOf({ op: 'scale', sequence: 1, ref: { ...HEALER, name }, replicas: 0 }));
    expect(await revertRun(RUN, options())).toEqual([
      expect.stringContaining('undo record 000001.json cannot be read'),
    ]);
    expect(kube.calls.filter((call) => call.startsWith('scale'))).toEqual([]);
  });

  it('replays the last change first and forgets the records when all is done', async () => {
    const { apiVersion, kind, ...metadata } = HEALER;
    kube.seed(namespace('shop', RUN), { apiVersion, kind, metadata, spec: { replicas: 0 } });
    kube.seed(secretOf(deleteNamespace(1, 'shop'), scaleHealer(2), deleteFault(10)));

    expect(await revertRun(RUN, options())).toEqual([]);

    expect(mutations()).toEqual([
      'remove NetworkChaos/shop/cut',
      'scale Deployment/healproof-system/healer',
      'remove Namespace/shop',
      `remove ${SECRET}`,
    ]);
    expect(kube.objects.has(SECRET)).toBe(false);
  });

  it('tries the rest when one step fails, says what failed, and keeps the records', async () => {
    kube.seed(namespace('shop', RUN), secretOf(deleteNamespace(1, 'shop'), scaleHealer(2)));
    kube.trouble = (call) => (call.startsWith('scale') ? new KubernetesError('forbidden', 403) : null);

    expect(await revertRun(RUN, options())).toEqual(['scale Deployment healer: forbidden']);

    expect(kube.objects.has('Namespace/shop')).toBe(false);
    expect(kube.objects.has(SECRET)).toBe(true);
  });

  it('can be called again until nothing fails', async () => {
    kube.seed(namespace('shop', RUN), secretOf(deleteNamespace(1, 'shop')));
    kube.trouble = (call) => (call === 'remove Namespace/shop' ? new KubernetesError('busy', 500) : null);
    expect(await revertRun(RUN, options())).not.toEqual([]);
    kube.trouble = () => null;
    expect(await revertRun(RUN, options())).toEqual([]);
    expect(await revertRun(RUN, options())).toEqual([]);
  });

  it('reverts what it can read and reports the record that it cannot', async () => {
    const good = JSON.stringify(deleteNamespace(1, 'shop'));
    kube.seed(namespace('shop', RUN), secretWith({ '000001.json': good, '000002.json': '{"op":"dele' }));

    const failures = await revertRun(RUN, options());

    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain('undo record 000002.json cannot be read');
    expect(kube.objects.has('Namespace/shop')).toBe(false);
    expect(kube.objects.has(SECRET)).toBe(true);
  });

  it('refuses a record of a kind that it does not know instead of skipping it', async () => {
    kube.seed(secretWith({ '000001.json': JSON.stringify({ op: 'format-disk', sequence: 1 }) }));
    expect(await revertRun(RUN, options())).toHaveLength(1);
  });

  it('leaves alone what another run made under the same name', async () => {
    kube.seed(namespace('shop', 'run-2'), secretOf(deleteNamespace(1, 'shop')));
    expect(await revertRun(RUN, options())).toEqual([]);
    expect(kube.objects.has('Namespace/shop')).toBe(true);
    expect(notes).toContain('Namespace shop belongs to run run-2: left alone');
  });

  it('sweeps what carries the label of the run, recorded or not, and nothing else', async () => {
    const { apiVersion, kind, namespace: where, name } = FAULT;
    kube.seed({ apiVersion, kind, metadata: { namespace: where, name, ...labels(RUN) } });
    kube.seed({ apiVersion, kind, metadata: { namespace: where, name: 'of-somebody-else', ...labels('run-2') } });
    kube.seed(namespace('mine', RUN), namespace('theirs', 'run-2'), namespace('unlabelled', undefined));

    expect(await revertRun(RUN, options())).toEqual([]);

    expect([...kube.objects.keys()].sort()).toEqual([
      'Namespace/theirs',
      'Namespace/unlabelled',
      'NetworkChaos/shop/of-somebody-else',
    ]);
  });

  it('replaces the pods that an unrecorded fault touched when its finalizer hangs', async () => {
    const { apiVersion, kind, namespace: where, name } = FAULT;
    const records = [
      { id: 'shop/back-1', phase: 'Injected' },
      { id: 'shop/back-2', phase: 'Not Injected' },
    ];
    const metadata = { namespace: where, name, finalizers: ['chaos-mesh/records'], ...labels(RUN) };
    kube.seed({ apiVersion, kind, metadata, status: { experiment: { containerRecords: records } } });
    for (const pod of ['back-1', 'back-2']) {
      kube.seed({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name: pod, uid: `uid-of-${pod}` } });
    }

    expect(await revertRun(RUN, options())).toEqual([]);

    expect([...kube.objects.keys()]).toEqual(['Pod/shop/back-2']);
  });

  it('goes on with the other kinds when one cannot be listed', async () => {
    kube.seed(namespace('mine', RUN));
    kube.trouble = (call) => (call === 'list Schedule' ? new KubernetesError('forbidden', 403) : null);
    expect(await revertRun(RUN, options())).toEqual(['forbidden']);
    expect(kube.objects.has('Namespace/mine')).toBe(false);
  });

  it('stops at once when it may no longer revert', async () => {
    kube.seed(namespace('shop', RUN), secretOf(deleteNamespace(1, 'shop'), scaleHealer(2)));
    let steps = 0;
    const beforeStep = async (): Promise<void> => {
      steps += 1;
      if (steps === 3) throw new Error('lease lost');
    };
    await expect(revertRun(RUN, options({ beforeStep }))).rejects.toThrow('lease lost');
    expect(kube.objects.has('Namespace/shop')).toBe(true);
  });
});
