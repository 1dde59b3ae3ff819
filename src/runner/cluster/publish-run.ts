import { KubernetesError } from '../../errors.ts';
import { PUBLISHED_RUNS, type PublishedRun } from '../../experiment/cluster-records/published-run.ts';
import type { RunSummary } from '../../experiment/run-record/run-summary.ts';
import type { Kube, KubeRef } from '../../ports/kube.ts';

const REF: KubeRef = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: PUBLISHED_RUNS.namespace,
  name: PUBLISHED_RUNS.configMap,
};

/** Leaves a run's figures in the cluster, from where they reach Prometheus, and drops the oldest. @throws KubernetesError. */
export async function publishRun(kube: Kube, summary: RunSummary): Promise<void> {
  const key = PUBLISHED_RUNS.keyOf(summary.runId);
  const entry = { [key]: JSON.stringify(publishedRun(summary)) };
  const found = (await kube.get(REF)) ?? (await createEmpty(kube));
  const keys = Object.keys((found?.data ?? {}) as Readonly<Record<string, string>>);
  // Run ids begin with their time, so that the order of the keys is the order of the runs.
  const outdated = keys
    .filter((each) => each !== key)
    .sort()
    .slice(0, Math.max(0, keys.length + 1 - PUBLISHED_RUNS.keep));
  await kube.patch(REF, { data: { ...Object.fromEntries(outdated.map((each) => [each, null])), ...entry } });
}

/** Null where somebody else was faster. */
async function createEmpty(kube: Kube) {
  const { apiVersion, kind, namespace, name } = REF;
  const labels = { 'app.kubernetes.io/part-of': 'healproof' };
  try {
    return await kube.create({ apiVersion, kind, metadata: { namespace, name, labels }, data: {} });
  } catch (error: unknown) {
    if (error instanceof KubernetesError && error.status === 409) return null;
    throw error;
  }
}

function publishedRun(summary: RunSummary): PublishedRun {
  const { runId, scenario, healer, outcome, endedAtMs, withinMs, recovery, phases } = summary;
  const figures = phases.map(({ phase, took }) => ({ phase, took }));
  return { version: 1, runId, scenario, healer, outcome, endedAtMs, withinMs, recovery, phases: figures };
}
