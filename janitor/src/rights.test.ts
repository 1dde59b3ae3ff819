import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { LAB_LEASE } from '../../src/experiment/cluster-records/lab-lease.ts';
import { DEAD_MAN } from '../../src/experiment/cluster-records/undo.ts';
import { CHANGEABLE_KINDS } from '../../src/scenario/model/changeable-kinds.ts';
import { CHAOS_KINDS } from '../../src/scenario/model/chaos-kinds.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const file = new URL('../../lab/deploy/janitor/20-rbac.yaml', import.meta.url);
const documents = parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS());

function rulesOf(kind: string): readonly Rule[] {
  return documents.find((document) => document.kind === kind).rules;
}

it('may take back every kind of fault that a scenario can hold', () => {
  const chaos = rulesOf('ClusterRole').filter((rule) => rule.apiGroups.includes('chaos-mesh.org'));
  const plurals = [...CHAOS_KINDS.map((kind) => kind.toLowerCase()), 'schedules', 'workflows'];
  expect(chaos.flatMap((rule) => rule.resources).sort()).toEqual(plurals.sort());
  expect(chaos.flatMap((rule) => rule.verbs).sort()).toEqual(['delete', 'get', 'list', 'patch']);
});

it('may write the lease of the lab and no other', () => {
  const writers = rulesOf('Role').filter((rule) => rule.resources.includes('leases') && rule.verbs.includes('update'));
  expect(writers.map((rule) => rule.resourceNames)).toEqual([[LAB_LEASE.name]]);
});

const CHANGED = CHANGEABLE_KINDS.map(({ apiVersion, plural }) => `${groupOf(apiVersion)}/${plural}`);

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

function mayDo(verb: string): string[] {
  const rules = rulesOf('ClusterRole').filter((rule) => rule.verbs.includes(verb) && rule.resourceNames === undefined);
  return rules.flatMap(({ apiGroups, resources }) =>
    apiGroups.flatMap((group) => resources.map((each) => `${group}/${each}`)),
  );
}

it('may put back every kind of object that a scenario may change, and makes no other', () => {
  expect(mayDo('create').sort()).toEqual([...CHANGED].sort());
  for (const verb of ['get', 'patch', 'delete']) expect(mayDo(verb)).toEqual(expect.arrayContaining(CHANGED));
  const scaled = CHANGEABLE_KINDS.filter((kind) => kind.isScalable).map(({ plural }) => `apps/${plural}/scale`);
  expect(mayDo('patch')).toEqual(expect.arrayContaining([...scaled, '/nodes']));
});

it('has no wildcard, patches beyond that only faults and nodes, and reads no secret elsewhere', () => {
  const cluster = rulesOf('ClusterRole');
  for (const rule of [...cluster, ...rulesOf('Role')]) expect(JSON.stringify(rule)).not.toContain('*');
  const others = mayDo('patch').filter((what) => !CHANGED.includes(what) && !what.startsWith('chaos-mesh.org/'));
  expect(others.sort()).toEqual(['/nodes', 'apps/deployments/scale', 'apps/statefulsets/scale']);
  for (const pod of ['/pods', '/namespaces']) expect([...mayDo('create'), ...mayDo('patch')]).not.toContain(pod);
  expect(cluster.flatMap((rule) => rule.resources)).not.toContain('secrets');
  expect(documents.find((document) => document.kind === 'Role').metadata.namespace).toBe(DEAD_MAN.namespace);
});
