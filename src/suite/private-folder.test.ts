import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeSelf, type LockHolder } from '../adapters/process/file-lock.ts';
import { makePrivateFolder } from './private-folder.ts';

let parent: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'healproof-private-'));
});
afterEach(() => rm(parent, { recursive: true }));

async function leave(name: string, holder: Partial<LockHolder> | null): Promise<void> {
  await mkdir(join(parent, name));
  if (holder === null) return;
  await writeFile(join(parent, name, 'holder.json'), JSON.stringify({ ...(await describeSelf()), ...holder }));
}

it('takes away what a killed suite left, with its secrets', async () => {
  await leave('healproof-suite-dead', { pid: 4_194_305 });
  await leave('healproof-suite-before-the-reboot', { bootId: 'another' });
  const own = await makePrivateFolder(parent);
  expect(await readdir(parent)).toEqual([basename(own)]);
});

it('leaves alone what may be somebody’s', async () => {
  await leave('healproof-suite-alive', {});
  await leave('healproof-suite-being-made', null);
  await leave('healproof-suite-of-another-machine', { host: 'another', pid: 4_194_305 });
  await leave('something-else', { pid: 4_194_305 });
  const own = await makePrivateFolder(parent);
  expect(await readdir(parent)).toHaveLength(5);
  await makePrivateFolder(parent);
  expect(await readdir(parent)).toContain(basename(own));
});
