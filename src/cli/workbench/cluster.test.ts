import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../../../test/fixtures/evidence-builder.ts';
import { loadConfig } from '../../config/config.ts';
import { UsageError } from '../../errors.ts';
import type { LabInfo } from '../../ports/lab.ts';
import { openCluster, openClusters } from './cluster.ts';
import type { Workbench } from './workbench.ts';

const INFO = {
  kubeconfigPath: '/lab',
  prometheusUrl: 'http://lab',
  nodes: [],
  images: [],
  docker: 'docker',
  dockerHost: null,
};

async function bench(flags: Parameters<typeof loadConfig>[0]): Promise<Workbench> {
  const { config } = await loadConfig(flags, {});
  return { config, lab: { open: async () => INFO as unknown as LabInfo } } as unknown as Workbench;
}

const staging = {
  'cluster.context': 'staging',
  'cluster.allowContext': 'staging',
  'cluster.namespaces': 'shop',
  'cluster.kubeconfig': '/home/kim/config',
  'prometheus.service': 'monitoring/prometheus:9090',
} as const;

describe('the cluster that scenarios run on', () => {
  it('is the lab where nothing is said', async () => {
    expect(await openCluster(await bench({}), [scenarioOf({})])).toMatchObject({
      kubeconfigPath: '/lab',
      prometheusUrl: 'http://lab',
    });
  });

  it('is the context that was named, whose nodes nobody can enter', async () => {
    const access = await openCluster(await bench(staging), [scenarioOf({})]);
    expect(access).toMatchObject({ kubeconfigPath: '/home/kim/config', context: 'staging', nodeContainers: {} });
    expect(access.prometheus?.service).toBe('monitoring/prometheus:9090');
  });

  it('is none where every scenario gets one of its own, so that nobody needs a lab', async () => {
    const own = { ...scenarioOf({}), cluster: 'fresh' };
    const { config } = await bench({});
    const noLab = { config, lab: { open: () => Promise.reject(new Error('no lab')) } } as unknown as Workbench;
    expect(await openClusters(noLab, [own])).toEqual({ shared: null, config });
    await expect(openClusters(noLab, [own, scenarioOf({})])).rejects.toThrow('no lab');
  });

  it('is none that kind would refuse: the shape of the configuration is looked at before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'healproof-shape-'));
    const shape = join(folder, 'kind.yaml');
    await writeFile(shape, 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: []\n');
    const shaped = await bench({ 'cluster.config': shape });
    const own = { ...scenarioOf({}), cluster: 'fresh' };
    await expect(openClusters(shaped, [own])).rejects.toThrow(`${shape}:3:8 nodes: expected at least one node`);
    await expect(openClusters(shaped, [{ ...own, clusterConfig: 'own.yaml' }])).resolves.toBeDefined();
    await rm(folder, { recursive: true });
  });

  it('is the one that a scenario names, and no other in its place', async () => {
    const named = { ...scenarioOf({}), cluster: 'staging' };
    await expect(openCluster(await bench({}), [named])).rejects.toThrow(/wants the cluster staging/);
    expect(await openCluster(await bench(staging), [named])).toMatchObject({ context: 'staging' });
    const other = { ...named, cluster: 'production' };
    await expect(openCluster(await bench(staging), [other])).rejects.toThrow(/wants the cluster production/);
  });

  it('is not touched outside the namespaces that are listed, neither by a fault nor by a workload', async () => {
    const elsewhere = await bench({ ...staging, 'cluster.namespaces': 'pay' });
    await expect(openCluster(elsewhere, [scenarioOf({})])).rejects.toThrow(UsageError);
    const blastRadius = { namespaces: ['pay'], maxPods: 1, maxNodes: 0 };
    await expect(openCluster(elsewhere, [{ ...scenarioOf({}), blastRadius }])).rejects.toThrow(/may touch shop/);
    await expect(openCluster(elsewhere, [{ ...scenarioOf({}), blastRadius, workload: null }])).resolves.toBeDefined();
  });
});
