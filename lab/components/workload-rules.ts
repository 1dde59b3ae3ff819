import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifAbsent } from '../../src/absent.ts';
import type { KubeObject } from '../../src/ports/kube.ts';
import { WORKLOAD_RULES } from '../../src/ports/workloads.ts';

/** The alerting rules of all workloads, `<workloads>/<name>/rules/*.yaml`, as Prometheus gets them in the lab. */
export async function workloadRules(workloadsDir: string): Promise<KubeObject> {
  const data: Record<string, string> = {};
  for (const workload of await namesIn(workloadsDir)) {
    const folder = join(workloadsDir, workload, 'rules');
    for (const file of (await namesIn(folder)).filter((name) => /\.ya?ml$/.test(name)))
      data[WORKLOAD_RULES.keyOf(workload, file)] = await readFile(join(folder, file), 'utf8');
  }
  const { apiVersion, kind, namespace, name } = WORKLOAD_RULES.ref;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': 'healproof' } },
    data,
  };
}

/** Sorted; none where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(ifAbsent([], 'ENOTDIR'));
  return names.sort();
}
