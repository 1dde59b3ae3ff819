import { expect, it } from 'vitest';
import { FakeKube } from '../../../../test/fakes/fake-kube.ts';
import type { NodeTarget } from '../../../experiment/evidence/evidence.ts';
import type { NodeShell } from '../../../ports/node-shell.ts';
import { restartWitness } from './restart.ts';

const TARGET: NodeTarget = { kind: 'Node', namespace: '', name: 'worker', uid: 'u', labels: {} };
const noWay: NodeShell = { reaches: () => false, run: () => Promise.reject(new Error('no way')) };
const { signal } = new AbortController();

function booted(kube: FakeKube, bootID: string): FakeKube {
  const status = { nodeInfo: { bootID } };
  return kube.seed({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker' }, status });
}

it('a node that nobody can enter has restarted when its kubelet names another boot', async () => {
  const kube = booted(new FakeKube(), 'boot-1');
  const witness = restartWitness(noWay, kube, [TARGET]);
  expect(await witness.look(signal)).toMatchObject([{ bitten: false }]);
  expect(await witness.look(signal)).toMatchObject([{ bitten: false }]);
  booted(kube, 'boot-2');
  expect(await witness.look(signal)).toMatchObject([
    { bitten: true, observation: 'worker began at boot-2; before: boot-1' },
  ]);
});

it('a node whose kubelet names no boot is no answer', async () => {
  expect(await restartWitness(noWay, booted(new FakeKube(), ''), [TARGET]).look(signal)).toMatchObject([
    { bitten: null, observation: expect.stringContaining('names no boot') },
  ]);
});
