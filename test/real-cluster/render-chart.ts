import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);
export const HEALER_CHART = join(import.meta.dirname, '..', '..', 'healer', 'chart');

/** Objects that `helm install` of the healer's chart would make, the pod of `helm test` among them. */
export async function renderChart<T>(helm: string, ...settings: readonly string[]): Promise<T[]> {
  const set = settings.flatMap((setting) => ['--set-json', setting]);
  const place = ['--namespace', 'healproof-system', '--kube-version', '1.34.0'];
  const { stdout } = await run(helm, ['template', 'healer', HEALER_CHART, ...place, ...set]);
  return parseAllDocuments(stdout).flatMap((document) => (document.toJS() === null ? [] : [document.toJS() as T]));
}
