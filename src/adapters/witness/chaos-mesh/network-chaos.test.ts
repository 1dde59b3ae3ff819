import { describe, expect, it } from 'vitest';
import type { PodTarget } from '../../../experiment/evidence/evidence.ts';
import type { NodeShell } from '../../../ports/node-shell.ts';
import type { Sources } from '../looking/fault-witness.ts';
import { networkChaosWitness } from './network-chaos.ts';

const pod = (name: string): PodTarget => ({
  kind: 'Pod',
  namespace: 'shop',
  name,
  uid: `uid-${name}`,
  node: 'worker',
  podIp: '10.0.0.1',
  labels: {},
});
const targets = [pod('back')];
const peers = [pod('front-1'), pod('front-2')];

/** A node on which these pods have the discipline. */
function withRules(...holders: readonly string[]): Sources {
  const line = (name: string): string =>
    `uid-${name}\tqdisc ${holders.includes(name) ? 'netem 1: root delay 90ms' : 'noqueue 0: root'}`;
  const shell: Pick<NodeShell, 'reaches' | 'run'> = {
    reaches: () => true,
    run: async (_node, script) => {
      const asked = ['back', 'front-1', 'front-2'].filter((name) => script.includes(`uid-${name}`));
      return { exitCode: 0, stdout: asked.map(line).join('\n'), stderr: '' };
    },
  };
  return { shell } as Sources;
}

async function seen(sources: Sources, direction: string): Promise<unknown> {
  const spec = { action: 'delay', direction };
  const witness = networkChaosWitness(sources, { spec, targets, peers });
  const readings = await witness?.look(AbortSignal.timeout(1_000));
  return readings?.map(({ targetUid, bitten }) => [targetUid, bitten]);
}

describe('the witness of a delay', () => {
  it('looks at the targets for what goes out from them', async () => {
    expect(await seen(withRules('back'), 'to')).toEqual([['uid-back', true]]);
    expect(await seen(withRules('front-1', 'front-2'), 'to')).toEqual([['uid-back', false]]);
  });

  it('looks at every peer for what comes in', async () => {
    expect(await seen(withRules('front-1', 'front-2'), 'from')).toEqual([['uid-back', true]]);
    expect(await seen(withRules('front-1'), 'from')).toEqual([['uid-back', false]]);
  });
});

it('sees no partition that answers, nor one without another side', () => {
  const sources = withRules();
  const reject = { action: 'partition', partitionBehavior: 'reject' };
  expect(networkChaosWitness(sources, { spec: reject, targets, peers })).toBeNull();
  expect(networkChaosWitness(sources, { spec: { action: 'partition' }, targets, peers: [] })).toBeNull();
});
