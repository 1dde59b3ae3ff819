import { beforeEach, expect, it, vi } from 'vitest';
import { NODE, runWith, SmallCluster } from '../../../../test/fakes/small-cluster.ts';
import type { NodeShell } from '../../../ports/node-shell.ts';
import type { NodeFault } from '../../../scenario/model/fault.ts';

const FAULT: NodeFault = { type: 'node', action: 'stopKubelet', node: {}, durationMs: 120_000 };

let cluster: SmallCluster;
beforeEach(() => {
  cluster = new SmallCluster();
  vi.spyOn(Date, 'now').mockImplementation(() => cluster.clock.now());
  return () => vi.restoreAllMocks();
});

/** The cluster whose nodes say something else to some scripts. */
function answering(instead: (script: string) => { exitCode: number; stdout: string } | null): void {
  const ports = cluster.ports.bind(cluster);
  cluster.ports = () => {
    const own = ports();
    const nodes: NodeShell = {
      reaches: () => true,
      run: async (node, script) => {
        const answer = instead(script);
        return answer === null ? own.nodes.run(node, script) : { stderr: 'no such unit', ...answer };
      },
    };
    return { ...own, nodes };
  };
}

it('arms the dead man with the way back before the kubelet is stopped', async () => {
  const record = await runWith(cluster, FAULT);
  expect(record.judgement).toMatchObject({ verdict: 'pass', faultProven: true });
  expect(cluster.machines.diary).toEqual([
    `arm ${NODE} with systemctl start kubelet`,
    `stop the kubelet of ${NODE}`,
    `start the kubelet of ${NODE}`,
  ]);
  expect([...cluster.machines.armed]).toEqual([]);
});

it('is refused where the node cannot do it, and nothing is left armed', async () => {
  answering((script) => (script.startsWith('systemctl stop') ? { exitCode: 5, stdout: '' } : null));
  const record = await runWith(cluster, FAULT);
  expect(record.evidence.injection?.refusal).toMatch(/stop kubelet on node \S+ ended with exit code 5: no such unit/);
  expect(record).toMatchObject({ leaks: [], cleanupErrors: [] });
  expect([...cluster.machines.armed]).toEqual([]);
});

it('has ended early where somebody else starts the kubelet', async () => {
  let looks = 0;
  answering((script) => {
    if (script.includes('10248') || !script.includes('ActiveState')) return null;
    looks += 1;
    return looks > 60 ? { exitCode: 0, stdout: 'active\n' } : null;
  });
  const record = await runWith(cluster, FAULT);
  expect(record.judgement?.verdict).toBe('inconclusive');
  expect(record.judgement?.reasons.map(({ code }) => code)).toContain('FAULT_ENDED_EARLY');
});

it('is unknown, not gone, where the node says nothing', async () => {
  answering((script) =>
    script.includes('ActiveState') && !script.includes('10248') ? { exitCode: 0, stdout: '' } : null,
  );
  const { evidence } = await runWith(cluster, FAULT);
  expect(new Set(evidence.injection?.sightings.map(({ state }) => state))).toEqual(new Set(['unknown']));
});

it('a kubelet that does not come back is a leak', async () => {
  answering((script) => (script.startsWith('systemctl start') ? { exitCode: 0, stdout: '' } : null));
  const record = await runWith(cluster, FAULT);
  expect(record.leaks).toEqual([expect.objectContaining({ what: `node stopKubelet on ${NODE}` })]);
});
