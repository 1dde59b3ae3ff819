import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ItemStore } from './item-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shop-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('asks the same price on every replica', async () => {
  const [one, other] = await Promise.all([ItemStore.open(undefined), ItemStore.open(undefined)]);
  expect(one.look('tea').priceCents).toBe(other.look('tea').priceCents);
});

it('remembers views over a restart where a file is named', async () => {
  const file = join(folder, 'views.json');
  const before = await ItemStore.open(file);
  before.look('tea');
  before.look('tea');
  await before.save();
  const after = await ItemStore.open(file);
  expect(after.look('tea').views).toBe(3);
});

it('writes nothing when nothing changed', async () => {
  const file = join(folder, 'views.json');
  const store = await ItemStore.open(file);
  await store.save();
  await expect(readFile(file)).rejects.toThrow('ENOENT');
});

it('says so when its file is broken instead of starting empty', async () => {
  const file = join(folder, 'views.json');
  await writeFile(file, '{"tea":');
  await expect(ItemStore.open(file)).rejects.toThrow(SyntaxError);
});

it('does not grow without bound', async () => {
  const store = await ItemStore.open(undefined);
  for (let i = 0; i < 1000; i += 1) store.look(`item-${i}`);
  store.look('one too many');
  expect(store.look('one too many').views).toBe(1);
  expect(store.look('item-1').views).toBe(2);
});
