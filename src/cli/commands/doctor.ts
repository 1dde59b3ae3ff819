import { accessOf } from '../../compose/cluster-access.ts';
import { composeRunner } from '../../compose/compose.ts';
import { messageOf } from '../../errors.ts';
import type { LabInfo, LabStatus } from '../../ports/lab.ts';
import type { NodeShell } from '../../ports/node-shell.ts';
import { KERNEL_PROBES } from '../../runner/steps/requirements.ts';
import { KERNEL_FEATURES, type KernelFeature } from '../../scenario/model/scenario.ts';
import {
  type Finding,
  labFindings,
  type MachineFacts,
  machineFindings,
  type NodeFacts,
  nodeFindings,
} from '../output/findings.ts';
import type { Workbench } from '../workbench/workbench.ts';

const MARK = { ok: '✓', note: '·', bad: '✗' } as const;

/** What this machine and the lab can and cannot do, and how to mend it; 3 when something stands in the way. */
export async function doctor(bench: Workbench): Promise<number> {
  const { progress, signal } = bench;
  const { lab } = await bench.labParts();
  const status = await lab.status({ progress, signal });
  const findings: Finding[] = [...machineFindings(await machineFacts(bench, status)), ...labFindings(status)];
  if (status.state === 'ready' && status.info !== null) {
    const { nodes } = composeRunner(accessOf(status.info, bench.config));
    findings.push(...(await nodeFacts(status.info, nodes)).flatMap(nodeFindings));
  }
  for (const { state, text } of findings) process.stdout.write(`${MARK[state]} ${text}\n`);
  return findings.some(({ state }) => state === 'bad') ? 3 : 0;
}

/** Nodes of the lab that the repository describes; a user's own shape is counted when it is brought up. */
const LAB_NODES = 4;

async function machineFacts({ config, labParts }: Workbench, { info }: LabStatus): Promise<MachineFacts> {
  const { cacheDir } = config;
  const { host, images } = await labParts();
  const [memoryBytes, diskBytes, inotify, needs, engine, go, gcc, debootstrap, openssl] = await Promise.all([
    host.availableMemoryBytes(),
    host.freeDiskBytes(cacheDir),
    host.inotify(),
    images.needs(),
    images.findEngine(),
    host.findProgram('go'),
    host.findProgram('gcc'),
    host.findProgram('debootstrap'),
    host.findProgram('openssl'),
  ]);
  const nodeCount = info?.nodes.length ?? LAB_NODES;
  const found = { memoryBytes, diskBytes, inotify, needs, engine, nodeCount, cacheDir, hasLab: info !== null };
  return { ...found, nodeVersion: process.versions.node, buildPrograms: { go, gcc, debootstrap, openssl } };
}

/** Tried for real on every worker that a fault may hit. */
function nodeFacts({ nodes }: LabInfo, shell: NodeShell): Promise<NodeFacts[]> {
  const workers = nodes.filter((node) => node.role === 'worker' && !node.judge);
  return Promise.all(
    workers.map(async ({ name }): Promise<NodeFacts> => {
      try {
        return { name, features: await featuresOf(name, shell) };
      } catch (error: unknown) {
        return { name, features: { problem: messageOf(error) } };
      }
    }),
  );
}

async function featuresOf(node: string, shell: NodeShell): Promise<Set<KernelFeature>> {
  const has = new Set<KernelFeature>();
  for (const feature of KERNEL_FEATURES) {
    const { exitCode } = await shell.run(node, KERNEL_PROBES[feature]);
    if (exitCode === 0) has.add(feature);
  }
  return has;
}
