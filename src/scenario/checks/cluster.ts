import type { Issue } from '../../errors.ts';
import type { Draft } from '../read/resolve.ts';
import { parseKindConfig } from '../yaml/kind-config.ts';
import type { ReadText } from '../yaml/source.ts';

/** Only a cluster that is made for the run can have a shape of its own, and that must be one that kind takes. */
export function clusterIssues({ source, scenario }: Draft, readText: ReadText | null): Issue[] {
  const { cluster, clusterConfig } = scenario;
  if (clusterConfig === null) return [];
  const path = ['spec', 'cluster', 'config'];
  if (cluster !== 'fresh') {
    return [source.issueAtKey(path, `expected use: fresh with a configuration, got ${cluster}`)];
  }
  if (readText === null) return [];
  const text = readText(clusterConfig);
  if (text !== null) return [...parseKindConfig({ path: clusterConfig, text }).issues];
  return [source.issue(path, `expected the path of a kind configuration, there is no file ${clusterConfig}`)];
}
