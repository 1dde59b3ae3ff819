import { LABELS } from '../../../healer/src/names.ts';
import { abandonedClusters } from '../../../lab/cluster/bound-cluster.ts';
import { withOwnCluster } from '../../compose/cluster-access.ts';
import { composeRunner } from '../../compose/compose.ts';
import { composeLab } from '../../compose/compose-lab.ts';
import { UsageError } from '../../errors.ts';
import { DEAD_MAN } from '../../experiment/cluster-records/undo.ts';
import type { NodeMachines } from '../../ports/node-machines.ts';
import { revertRun } from '../../runner/undo/revert-run.ts';
import { DNS_LABEL } from '../../scenario/model/kubernetes-names.ts';
import { openCluster } from '../workbench/cluster.ts';
import type { Workbench } from '../workbench/workbench.ts';

/** Takes back what runs left behind: the one named, or every run that left anything; and clusters whose run is gone. */
export async function cleanup(bench: Workbench, runIds: readonly string[]): Promise<number> {
  const wrong = runIds.find((runId) => !DNS_LABEL.test(runId));
  if (wrong !== undefined)
    throw new UsageError(`${JSON.stringify(wrong)} is no run: expected one such as 20261120-120000-7f3a1c`);
  const { progress, signal } = bench;
  const removed = await removeAbandoned(bench);
  if (removed > 0 && runIds.length === 0 && !(await hasCluster(bench))) return 0;
  const access = await openCluster(bench, []);
  const { kube, clock, machines } = composeRunner(access);
  for (const node of await wakeAll(machines, Object.keys(access.nodeContainers))) {
    progress.note(`Node ${node} was woken.`);
  }
  const { namespace } = DEAD_MAN;
  const secrets = await kube.list({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector: LABELS.run });
  const left = secrets.map((secret) => secret.metadata.labels?.[LABELS.run] ?? '').filter((id) => id !== '');
  const wanted = runIds.length > 0 ? runIds : [...new Set(left)];
  if (wanted.length === 0) progress.note('No run has left anything behind.');
  const failures: string[] = [];
  for (const runId of wanted) {
    const step = progress.begin(`Reverting run ${runId}`);
    const note = (message: string): void => step.update(message);
    const beforeStep = async (): Promise<void> => signal.throwIfAborted();
    const failed = await revertRun(runId, { target: kube, clock, signal, note, beforeStep });
    failures.push(...failed);
    if (failed.length === 0) step.done();
    else step.failed(failed.join('; '));
  }
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

/** Nodes that a run left paused or stopped, with the process gone that was to wake them. */
async function wakeAll(machines: NodeMachines, nodes: readonly string[]): Promise<string[]> {
  const woken: string[] = [];
  for (const name of nodes) {
    if (!machines.reaches(name)) continue;
    const { running, paused } = await machines.state(name);
    if (running && !paused) continue;
    await machines.wake(name);
    woken.push(name);
  }
  return woken;
}
