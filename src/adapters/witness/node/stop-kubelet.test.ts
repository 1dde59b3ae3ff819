import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeKube } from '../../../../test/fakes/fake-kube.ts';
import { FakeMachines } from '../../../../test/fakes/fake-machines.ts';
import { FakeNodeCommands } from '../../../../test/fakes/fake-node-commands.ts';
import type { NodeTarget, WitnessReading } from '../../../experiment/evidence/evidence.ts';
import type { MetricsSource } from '../../../ports/metrics-source.ts';
import { stoppedKubeletWitness } from './stop-kubelet.ts';

const TARGET: NodeTarget = { kind: 'Node', namespace: '', name: 'worker', uid: 'u', labels: {} };
const { signal } = new AbortController();

let nowMs: number;
let kube: FakeKube;
let machines: FakeMachines;
let commands: FakeNodeCommands;
beforeEach(() => {
  nowMs = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => nowMs);
  kube = new FakeKube().seed({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: 'kube-node-lease', name: 'worker' },
    spec: { renewTime: 'then' },
  });
  machines = new FakeMachines(['worker']);
  commands = new FakeNodeCommands(machines);
});
afterEach(() => vi.restoreAllMocks());

/** What is seen once the Lease has stood still for so long. */
async function seen(silentMs: number, inside: string | null): Promise<WitnessReading | undefined> {
  const shell = {
    reaches: () => inside !== null,
    run: async () => ({ exitCode: 0, stdout: inside ?? '', stderr: 'no such file' }),
  };
  const witness = stoppedKubeletWitness({ kube, shell, machines, commands, metrics: {} as MetricsSource }, [TARGET]);
  await witness.look(signal);
  nowMs += silentMs;
  return (await witness.look(signal))[0];
}

it.each([
  ['inactive silent 4', 12_000, true],
  ['failed silent 1', 12_000, true],
  ['inactive silent 4', 11_000, false],
  ['active answers 4', 60_000, false],
  ['inactive answers 4', 60_000, false],
  ['active silent 4', 60_000, false],
  ['inactive silent 0', 60_000, false],
  ['', 60_000, null],
])('a node that says %j after %i ms without a renewal has lost its kubelet: %s', async (inside, silentMs, bitten) => {
  expect((await seen(silentMs, inside))?.bitten).toBe(bitten);
});

it('says what it saw', async () => {
  expect((await seen(13_000, 'inactive silent 4'))?.observation).toBe(
    'lease of worker not renewed for 13 s; its kubelet is inactive, the health port silent, 4 pods have processes',
  );
});

it('of a node that nobody can enter the check of the user tells', async () => {
  expect((await seen(13_000, null))?.bitten).toBeNull();
  const words = ['power', '{node}'];
  commands.actions = { stopKubelet: { do: words, undo: words, check: words } };
  expect((await seen(13_000, null))?.bitten).toBe(false);
  machines.setKubelet('worker', false);
  expect(await seen(13_000, null)).toMatchObject({ bitten: true, observation: expect.stringContaining('its check') });
});
