import { LABELS } from '../../../healer/src/names.ts';
import { composeRunner } from '../../compose.ts';
import { DEAD_MAN } from '../../experiment/undo.ts';
import type { NodeMachines } from '../../ports/node-machines.ts';
import { revertRun } from '../../runner/revert-run.ts';
import { openCluster } from '../cluster.ts';
import type { Workbench } from '../workbench.ts';

/** Takes back what runs left behind: the one named, or every run that left anything. */
export async function cleanup(bench: Workbench, runIds: readonly string[]): Promise<number> {
  const { progress, signal } = bench;
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
