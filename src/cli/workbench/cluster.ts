import { readFile } from 'node:fs/promises';
import { FolderWorkloads } from '../../adapters/workloads/folder-workloads.ts';
import {
  accessOf,
  accessToContext,
  type ClusterAccess,
  type SuiteClusters,
  unknownCluster,
} from '../../compose/cluster-access.ts';
import type { Config } from '../../config/config.ts';
import { ScenarioError, UsageError } from '../../errors.ts';
import type { KubeObject } from '../../ports/kube.ts';
import type { Workloads } from '../../ports/workloads.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { parseKindConfig } from '../../scenario/yaml/kind-config.ts';
import type { Workbench } from './workbench.ts';

/** What a suite of these scenarios must know; the lab is only needed by who runs there. @throws UsageError. */
export async function openClusters(bench: Workbench, scenarios: readonly Scenario[]): Promise<SuiteClusters> {
  const sharing = scenarios.filter(({ cluster }) => cluster !== 'fresh');
  if (scenarios.some(takesShapeOfLab)) await checkShape(bench.config);
  return { shared: sharing.length === 0 ? null : await openCluster(bench, sharing), config: bench.config };
}

function takesShapeOfLab({ cluster, clusterConfig }: Scenario): boolean {
  return cluster === 'fresh' && clusterConfig === null;
}

/** The shape that a configuration gives to all clusters is checked like the ones of scenarios. @throws ScenarioError. */
async function checkShape({ cluster: { configPath: path } }: Config): Promise<void> {
  if (path === null) return;
  const { issues } = parseKindConfig({ path, text: await readFile(path, 'utf8') });
  if (issues.length > 0) throw new ScenarioError(issues);
}

/** The cluster that these scenarios are to run on: the lab, or the one whose name was said twice. @throws UsageError. */
export async function openCluster({ config, lab }: Workbench, scenarios: readonly Scenario[]): Promise<ClusterAccess> {
  const { context } = config.cluster;
  const unknown = scenarios.flatMap((scenario) => unknownCluster(scenario, config) ?? []);
  if (unknown.length > 0) throw new UsageError(unknown.join('\n'));
  if (context === null) return accessOf(await lab.open(), config);
  const access = accessToContext(context, config);
  const workloads = new FolderWorkloads(access.workloadsDir);
  const refusals: string[] = [];
  for (const scenario of scenarios.filter(({ cluster }) => cluster !== 'fresh'))
    refusals.push(...namespaceRefusals(scenario, await namespacesOf(scenario, workloads), config.cluster));
  if (refusals.length > 0) throw new UsageError(refusals.join('\n'));
  return access;
}

/** Where its objects go and its faults may reach. */
async function namespacesOf({ workload, blastRadius }: Scenario, workloads: Workloads): Promise<string[]> {
  const objects = workload === null ? [] : ((await workloads.load(workload)) as readonly (KubeObject | null)[]);
  const homes = objects.flatMap((object) =>
    object?.kind === 'Namespace' ? [object.metadata.name] : (object?.metadata.namespace ?? []),
  );
  return [...new Set([...blastRadius.namespaces, ...homes])];
}

/** On a cluster that is not ours a scenario may touch what was listed, and nothing else. */
function namespaceRefusals(
  { name }: Scenario,
  touched: readonly string[],
  { context, namespaces }: Pick<Config['cluster'], 'context' | 'namespaces'>,
): string[] {
  const strangers = touched.filter((namespace) => !namespaces.includes(namespace));
  if (strangers.length === 0) return [];
  return [`${name} may touch ${strangers.join(', ')}, which cluster.namespaces does not list for ${context}`];
}
