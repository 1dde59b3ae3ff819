import { LABELS } from '../../../healer/src/names.ts';
import { FaultError, PreflightError } from '../../errors.ts';
import type { KubeObject } from '../../ports/kube.ts';
import { rolledOut } from '../cluster/deployments.ts';
import type { RunContext } from '../run/run-context.ts';
import { waitUntil } from '../waiting/wait-until.ts';

const ROLLOUT_TIMEOUT_MS = 120_000;

/** Applies the scenario's workload and waits until every Deployment in its namespaces has rolled out. */
export async function deployWorkload(context: RunContext): Promise<void> {
  const { scenario, ports, signal } = context;
  if (scenario.workload === null) return;
  const objects = (await ports.workloads.load(scenario.workload)) as readonly KubeObject[];
  const namespaces = objects.filter((object) => object.kind === 'Namespace').map((object) => object.metadata.name);
  for (const name of namespaces) await claimNamespace(context, name);
  for (const object of objects) await ports.kube.apply(labelled(object, context.runId));
  await installChart(context, scenario.workload, namespaces);
  await waitUntil(() => rolledOut(ports.kube, namespaces), {
    clock: ports.clock,
    what: `workload ${scenario.workload} to roll out`,
    timeoutMs: ROLLOUT_TIMEOUT_MS,
    everyMs: 250,
    signal,
  });
}

/** A workload with a chart is a release of its name in its first namespace, which takes the release along when it goes. */
async function installChart(
  { ports, signal }: RunContext,
  workload: string,
  namespaces: readonly string[],
): Promise<void> {
  const chart = await ports.workloads.chart(workload, 'chart');
  if (chart === null) return;
  const [namespace] = namespaces;
  if (namespace === undefined)
    throw new PreflightError(`workload ${workload} has a chart but makes no namespace for it`);
  try {
    await ports.releases.install({ namespace, release: workload, chart, values: {} }, signal);
  } catch (error: unknown) {
    if (!(error instanceof FaultError)) throw error;
    throw new PreflightError(`workload ${workload} could not be installed: ${error.message}`, { cause: error });
  }
}

/** A namespace that somebody else made is theirs: it is neither written to nor, later, deleted. */
async function claimNamespace(context: RunContext, name: string): Promise<void> {
  const ref = { apiVersion: 'v1', kind: 'Namespace', name } as const;
  const existing = await context.ports.kube.get(ref);
  if (existing !== null) {
    const owner = existing.metadata.labels?.[LABELS.run];
    throw new PreflightError(
      owner === undefined
        ? `namespace ${name} exists and was not made by healproof`
        : `namespace ${name} is left over from run ${owner}`,
      { hint: owner === undefined ? `Delete or rename it.` : `Run \`healproof cleanup\`.` },
    );
  }
  await context.undoStack.undoLater({ op: 'delete', ref, waitGone: true, isFault: false, targets: [] });
}

function labelled(object: KubeObject, runId: string): unknown {
  const labels = { ...object.metadata.labels, [LABELS.run]: runId };
  return { ...object, metadata: { ...object.metadata, labels } };
}
