import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVersions } from '../versions.ts';
import { lanesFor, withNeeds } from './build-all.ts';
import { computeKeys } from './keys.ts';
import { imageTable } from './parts/image-table.ts';
import { allParts } from './parts/parts.ts';

const repoRoot = join(import.meta.dirname, '../../..');
const modules = join(repoRoot, 'lab/images/airgap/modules');
const versions = await readVersions(repoRoot);
const parts = allParts({
  versions,
  repoRoot,
  distribution: { id: 'debian', codename: 'bookworm', components: 'main' },
  packageCache: '/cache',
  node: { path: '/node', version: '24.0.0' },
  architecture: 'amd64',
});

describe('the lock of versions', () => {
  it.each(Object.entries(versions.modules))('agrees with go.mod on %s', async (name, { module, version }) => {
    const folder = name === 'chaos-mesh-api' ? 'chaos-mesh' : name;
    const text = await readFile(join(modules, folder, 'go.mod'), 'utf8');
    expect(text).toMatch(
      new RegExp(`(^|[\\s>])${module.replaceAll('.', '\\.')} ${version.replaceAll('.', '\\.')}( |$)`, 'm'),
    );
  });

  it('has an entry for every folder with a go.mod', async () => {
    const folders = await readdir(modules, { withFileTypes: true });
    const known = [...Object.keys(versions.modules), 'cni', 'chaos-helpers', 'node'];
    expect(folders.filter((each) => each.isDirectory() && !known.includes(each.name))).toEqual([]);
  });

  it('asks for a Go that every go.mod is content with', async () => {
    for (const name of Object.keys(versions.modules)) {
      if (name === 'chaos-mesh-api') continue;
      const [, wanted = ''] = /^go (\S+)$/m.exec(await readFile(join(modules, name, 'go.mod'), 'utf8')) ?? [];
      expect([wanted, versions.go.minimum].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)).toBe(
        versions.go.minimum,
      );
    }
  });
});

describe('the parts', () => {
  it('are in an order that can be followed', () => {
    const facts = parts.map((part) => ({ part, filesHash: '' }));
    expect(computeKeys(facts, 'linux-amd64').size).toBe(parts.length);
  });

  it('are all needed for the lab, or built only when they are asked for', () => {
    const ends = ['lab-images', 'node-rootfs', 'runtime', 'kind', 'helm'];
    const needed = parts.filter(({ optional }) => optional === undefined);
    expect(withNeeds(parts, ends).map(({ id }) => id)).toEqual(needed.map(({ id }) => id));
  });

  it('can be had with what they need only', () => {
    const ids = withNeeds(parts, ['chaos-mesh']).map(({ id }) => id);
    expect(ids).toEqual(['controller-gen', 'chaos-mesh']);
  });

  it('keep what enforces network policies out of the lab', () => {
    const ids = withNeeds(parts, ['kube-router-image']).map(({ id }) => id);
    expect(ids).toEqual(['tools-debian', 'kube-router', 'kube-router-image']);
    expect(parts.flatMap(({ id, optional }) => (optional ? [id] : []))).toEqual(
      expect.arrayContaining(['kube-router', 'kube-router-image']),
    );
  });
});

describe('the images', () => {
  const names = imageTable(versions).flatMap((image) => image.names);

  it('carry the names that kubeadm, the chart and the manifests ask for', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        'registry.k8s.io/kube-apiserver:v1.34.4',
        'registry.k8s.io/kube-proxy:v1.34.4',
        'registry.k8s.io/etcd:3.6.5-0',
        'registry.k8s.io/coredns/coredns:v1.12.1',
        'registry.k8s.io/pause:3.10',
        'registry.k8s.io/pause:3.10.1',
        'ghcr.io/chaos-mesh/chaos-mesh:v2.8.4',
        'ghcr.io/chaos-mesh/chaos-daemon:v2.8.4',
        'quay.io/prometheus/prometheus:v3.7.3',
        'quay.io/prometheus/alertmanager:v0.33.1',
      ]),
    );
  });

  it('have one meaning a name', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it('tell the true version of what borrows a tag', () => {
    const version = (name: string) => imageTable(versions).find((image) => image.names.includes(name))?.version;
    expect(version('registry.k8s.io/etcd:3.6.5-0')).toBe('v3.6.6');
    expect(version('registry.k8s.io/coredns/coredns:v1.12.1')).toBe('v1.12.4');
  });
});

describe('lanesFor', () => {
  const gib = 1024 ** 3;
  it.each([
    [1, 64, 1],
    [2, 24, 2],
    [2, 6, 1],
    [16, 64, 3],
    [4, 2, 1],
  ])('of %i cores and %i GiB are %i', (cores, memory, lanes) => {
    expect(lanesFor(cores, memory * gib)).toBe(lanes);
  });
});
