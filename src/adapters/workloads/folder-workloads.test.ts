import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ScenarioError } from '../../errors.ts';
import { FolderWorkloads } from './folder-workloads.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'workloads'));
  await mkdir(join(root, 'shop', 'manifests'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

async function load(text: string): Promise<readonly unknown[]> {
  await writeFile(join(root, 'shop', 'manifests', '10-a.yaml'), text);
  return new FolderWorkloads(root).load('shop');
}

const DOCUMENT = `apiVersion: v1
kind: ConfigMap
metadata:
  namespace: shop
  name: a
  labels: { app: shop }
`;

it('every document of a manifest is an object', async () => {
  expect(await load(`${DOCUMENT}---\n${DOCUMENT}`)).toHaveLength(2);
});

it.each([
  ['name: a', 'name: ..', '5:9 metadata.name: expected the name of an object'],
  ['name: a', 'name: a/../b', '5:9 metadata.name: expected the name of an object'],
  ['namespace: shop', 'namespace: ..', '4:14 metadata.namespace: expected a namespace'],
  ['app: shop', 'app: "a,b"', '6:18 metadata.labels.app: expected a label value'],
])('a manifest with %s as %s is refused at its place', async (from, to, issue) => {
  const loading = load(DOCUMENT.replace(`  ${from}`, `  ${to}`).replace(from, to));
  await expect(loading).rejects.toThrow(ScenarioError);
  await expect(loading).rejects.toThrow(`10-a.yaml:${issue}`);
});
