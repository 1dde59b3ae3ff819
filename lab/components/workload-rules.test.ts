import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FolderWorkloads } from '../../src/adapters/workloads/folder-workloads.ts';
import { WORKLOAD_RULES } from '../../src/ports/workloads.ts';
import { workloadRules } from './workload-rules.ts';

it('carries the rules of every workload, word for word, under names that the runner finds again', async () => {
  const root = await mkdtemp(join(tmpdir(), 'healproof-rules-'));
  await mkdir(join(root, 'shop', 'rules'), { recursive: true });
  await mkdir(join(root, 'plain', 'manifests'), { recursive: true });
  await writeFile(join(root, 'shop', 'rules', 'shop.yaml'), 'groups: []\n');
  await writeFile(join(root, 'shop', 'rules', 'notes.md'), 'not a rule');
  const { data } = await workloadRules(root);
  expect(data).toEqual({ 'shop.shop.yaml': 'groups: []\n' });
  const workloads = new FolderWorkloads(root);
  const texts = data as Readonly<Record<string, string>>;
  for (const [file, text] of await workloads.rules('shop'))
    expect(texts[WORKLOAD_RULES.keyOf('shop', file)]).toBe(text);
  expect((await workloads.rules('plain')).size).toBe(0);
  expect((await workloadRules(join(root, 'nowhere'))).data).toEqual({});
  await rm(root, { recursive: true });
});
