import { HEALER } from '../../../healer/src/names.ts';
import { agreeing, counted } from '../../counted.ts';
import { messageOf } from '../../errors.ts';
import type { Kube, KubeObject } from '../../ports/kube.ts';
import type { NodeShell } from '../../ports/node-shell.ts';
import type { RunnerPorts } from '../../ports/runner-ports.ts';
import { WORKLOAD_RULES } from '../../ports/workloads.ts';
import type { KernelFeature, Scenario } from '../../scenario/model/scenario.ts';
import { rolloutGap } from '../cluster/deployments.ts';
import { judgeNodes } from '../cluster/pods.ts';

/** What can be asked of a cluster without changing anything. */
interface Asked extends Pick<RunnerPorts, 'nodes'> {
  readonly kube: Pick<Kube, 'get' | 'list'>;
}

/** Tried for real in a network namespace of its own, which vanishes with the command. */
const qdiscProbe = (discipline: string): string =>
  `unshare -n bash -c 'ip link set lo up && tc qdisc add dev lo root ${discipline}' >/dev/null 2>&1`;

/** Bash that succeeds where a kernel has the feature. */
export const KERNEL_PROBES: Readonly<Record<KernelFeature, string>> = {
  netem: qdiscProbe('netem delay 1ms'),
  'no-netem': `! ${qdiscProbe('netem delay 1ms')}`,
  tbf: qdiscProbe('tbf rate 1mbit burst 32kbit latency 400ms'),
  'cgroup-v1': '[ ! -f /sys/fs/cgroup/cgroup.controllers ]',
  'cgroup-v2': '[ -f /sys/fs/cgroup/cgroup.controllers ]',
};

interface Condition {
  readonly type: string;
  readonly status: string;
}

/** The sentence for which this cluster cannot run the scenario, or null. Asked of the cluster, never assumed. */
export async function unmetRequirement(scenario: Scenario, ports: Asked): Promise<string | null> {
  const workers = await readyWorkers(ports);
  const { nodes, kernel, components } = scenario.requires;
  if (workers.length < nodes)
    return `needs ${counted(nodes, 'ready worker')} outside the judge's; there ${agreeing(workers.length, 'is', 'are')} ${workers.length}`;
  for (const feature of kernel) {
    const lacking = await nodesWithout(feature, workers, ports.nodes);
    if (lacking !== null) return lacking;
  }
  const gaps = await Promise.all(components.map((component) => COMPONENT_CHECKS[component](scenario, ports)));
  return gaps.find((gap) => gap !== null) ?? null;
}

async function readyWorkers({ kube }: Asked): Promise<string[]> {
  const judges = await judgeNodes(kube);
  const nodes = await kube.list({ apiVersion: 'v1', kind: 'Node' });
  return nodes
    .filter(isReadyWorker)
    .map((node) => node.metadata.name)
    .filter((name) => !judges.includes(name));
}

function isReadyWorker(node: KubeObject): boolean {
  const { conditions } = node.status as { conditions?: readonly Condition[] };
  const isControlPlane = 'node-role.kubernetes.io/control-plane' in (node.metadata.labels ?? {});
  return !isControlPlane && (conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');
}

async function nodesWithout(
  feature: KernelFeature,
  nodes: readonly string[],
  shell: NodeShell,
): Promise<string | null> {
  const lacking: string[] = [];
  for (const node of nodes) {
    if (!shell.reaches(node)) return `needs kernel feature ${feature}, and node ${node} cannot be entered to look`;
    const answer = await shell.run(node, KERNEL_PROBES[feature]);
    if (answer.exitCode !== 0) lacking.push(node);
  }
  if (lacking.length === 0) return null;
  return feature === 'no-netem'
    ? `needs nodes whose kernel lacks netem; ${lacking.join(', ')} has it`
    : `needs kernel feature ${feature}; not there on ${lacking.join(', ')}`;
}

type ComponentCheck = (scenario: Scenario, ports: Asked) => Promise<string | null>;

const COMPONENT_CHECKS: Readonly<Record<Scenario['requires']['components'][number], ComponentCheck>> = {
  'chaos-mesh': async (_scenario, ports) => deploymentGap(ports, 'chaos-mesh', 'chaos-controller-manager'),
  healer: async (_scenario, ports) => deploymentGap(ports, HEALER.namespace, HEALER.name),
  alertmanager: async (_scenario, ports) => deploymentGap(ports, WORKLOAD_RULES.ref.namespace, 'alertmanager'),
  janitor: async (_scenario, ports) => deploymentGap(ports, HEALER.namespace, 'janitor'),
  // A Prometheus that is installed but silent is not an unmet requirement: that run is inconclusive, not skipped.
  prometheus: async () => null,
};

async function deploymentGap({ kube }: Asked, namespace: string, name: string): Promise<string | null> {
  try {
    const deployment = await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
    if (deployment === null) return `needs ${name} in ${namespace}, which is not installed`;
    const gap = rolloutGap(deployment);
    return gap === null ? null : `needs ${name} in ${namespace}, which is not ready (${gap})`;
  } catch (error: unknown) {
    return `cannot tell whether ${name} is installed: ${messageOf(error)}`;
  }
}
