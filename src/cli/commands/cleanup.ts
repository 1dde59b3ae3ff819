import { abandonedClusters } from '../../../lab/cluster/bound-cluster.ts';
import { withOwnCluster } from '../../compose/cluster-access.ts';
import { composeRunner } from '../../compose/compose.ts';
import { composeLab } from '../../compose/compose-lab.ts';
import { UsageError } from '../../errors.ts';
import { DNS_LABEL } from '../../scenario/model/kubernetes-names.ts';
import { openCluster } from '../workbench/cluster.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { takeBack } from './take-back.ts';

/** Takes back what runs left behind: the one named, or every run that left anything; and clusters whose run is gone. */
export async function cleanup(bench: Workbench, runIds: readonly string[]): Promise<number> {
  const wrong = runIds.find((runId) => !DNS_LABEL.test(runId));
  if (wrong !== undefined)
    throw new UsageError(`${JSON.stringify(wrong)} is no run: expected one such as 20261120-120000-7f3a1c`);
  const removed = await removeAbandoned(bench);
  if (removed > 0 && runIds.length === 0 && !(await hasCluster(bench))) return 0;
  const access = await openCluster(bench, []);
  const cluster = { ...composeRunner(access), nodes: Object.keys(access.nodeContainers) };
  const failures = await takeBack(cluster, { progress: bench.progress, signal: bench.signal, runIds });
  return failures.length === 0 ? 0 : 4;
}

/** Clusters that were made for one run each, by processes that are gone, together with whoever was to remove them. */
async function removeAbandoned({ config, progress, signal }: Workbench): Promise<number> {
  const abandoned = await abandonedClusters(config.cacheDir);
  for (const name of abandoned) {
    const { lab } = await composeLab(withOwnCluster(config, name, null));
    for (const sentence of await lab.down({ progress, signal, all: false, force: true })) progress.note(sentence);
  }
  return abandoned.length;
}

async function hasCluster({ config, labParts, progress, signal }: Workbench): Promise<boolean> {
  if (config.cluster.context !== null) return true;
  const { lab } = await labParts();
  return (await lab.status({ progress, signal })).state !== 'absent';
}
