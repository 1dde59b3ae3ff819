import type { Issue } from '../errors.ts';
import type { Draft } from './resolve.ts';

/** Only a cluster that is made for the run can have a shape of its own. */
export function clusterIssues({ source, scenario }: Draft): Issue[] {
  const { cluster, clusterConfig } = scenario;
  if (clusterConfig === null || cluster === 'fresh') return [];
  return [source.issueAtKey(['spec', 'cluster', 'config'], `expected use: fresh with a configuration, got ${cluster}`)];
}
