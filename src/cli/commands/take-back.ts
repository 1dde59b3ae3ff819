import { LABELS } from '../../../healer/src/names.ts';
import { inUse, type LeaseFound, readLease, runIn } from '../../../lab/cluster/run-in-progress.ts';
import type { Wait } from '../../adapters/process/wait.ts';
import { KubernetesError } from '../../errors.ts';
import { leaseReleased } from '../../experiment/cluster-records/lease-writes.ts';
import { DEAD_MAN } from '../../experiment/cluster-records/undo.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Kube } from '../../ports/kube.ts';
import type { NodeMachines } from '../../ports/node-machines.ts';
import type { Progress } from '../../ports/progress.ts';
import { revertRun } from '../../runner/undo/revert-run.ts';
import { waitUntil } from '../../runner/waiting/wait-until.ts';

export interface ClusterToClean {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly machines: NodeMachines;
  readonly nodes: readonly string[];
}

export interface TakeBackOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** None: every run that left something. */
  readonly runIds: readonly string[];
}

const IN_USE_HINT = 'Wait for it to end, or stop it with Ctrl-C. If it was killed just now, ask again in ten seconds.';

/** Takes back what runs left in one cluster. @returns the failures. @throws PreflightError while a run is in progress. */
export async function takeBack(cluster: ClusterToClean, options: TakeBackOptions): Promise<string[]> {
  const { progress, runIds } = options;
  const before = await findLeft(cluster, options).catch(nullIfNoAnswer);
  for (const node of await wakeAll(cluster)) progress.note(`Node ${node} was woken.`);
  const { left, lease } = before ?? (await findLeft(cluster, options));
  const wanted = runIds.length > 0 ? runIds : left;
  if (wanted.length === 0) progress.note('No run has left anything behind.');
  const failures: string[] = [];
  for (const runId of wanted) failures.push(...(await revert(runId, cluster, options)));
  const isClean = failures.length === 0 && left.every((runId) => wanted.includes(runId));
  if (isClean) await freeAbandoned(cluster.kube, lease, progress);
  return failures;
}

interface Left {
  /** Runs whose undo records are there. */
  readonly left: readonly string[];
  readonly lease: LeaseFound;
}

/** The Lease is read last: a run whose records were found has it by then, or has ended. */
async function findLeft({ kube, clock }: ClusterToClean, { signal }: TakeBackOptions): Promise<Left> {
  const left = await runsWithRecords(kube);
  const wait: Wait = (what, look, options) => waitUntil(look, { clock, what, ...options });
  const lease = await readLease(kube, { clock, signal, wait });
  const run = runIn(lease);
  if (run !== null) throw inUse(run, IN_USE_HINT);
  return { left, lease };
}

/** Where no API server answers no run goes on, and waking the nodes may bring it back. */
function nullIfNoAnswer(error: unknown): null {
  if (error instanceof KubernetesError && error.status === undefined) return null;
  throw error;
}

/** Nodes that a run left paused or stopped, with the process gone that was to wake them. */
async function wakeAll({ machines, nodes }: ClusterToClean): Promise<string[]> {
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

async function runsWithRecords(kube: Kube): Promise<string[]> {
  const { namespace } = DEAD_MAN;
  const secrets = await kube.list({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector: LABELS.run });
  return [...new Set(secrets.map((secret) => secret.metadata.labels?.[LABELS.run] ?? '').filter((id) => id !== ''))];
}

async function revert(
  runId: string,
  { kube, clock }: ClusterToClean,
  { progress, signal }: TakeBackOptions,
): Promise<string[]> {
  const step = progress.begin(`Reverting run ${runId}`);
  const note = (message: string): void => step.update(message);
  const beforeStep = async (): Promise<void> => signal.throwIfAborted();
  const failures = await revertRun(runId, { target: kube, clock, signal, note, beforeStep });
  if (failures.length === 0) step.done();
  else step.failed(failures.join('; '));
  return failures;
}

/** Where the janitor is gone too nobody else gives the lab back; where it is not, its write comes first and stays. */
async function freeAbandoned(kube: Kube, { lease, state }: LeaseFound, progress: Progress): Promise<void> {
  if (lease === null || state.is !== 'abandoned') return;
  try {
    await kube.replace(leaseReleased(lease));
    progress.note('The lab is free again.');
  } catch (error: unknown) {
    if (!(error instanceof KubernetesError) || error.status !== 409) throw error;
  }
}
