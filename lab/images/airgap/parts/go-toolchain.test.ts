import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRun } from '../../../../test/fakes/fake-run.ts';
import { compareVersions, findGo } from './go-toolchain.ts';

const needs = { minimum: '1.25.11', toolchain: '1.26.8' };

describe('compareVersions', () => {
  it.each([
    ['1.26.8', '1.25.11', 1],
    ['1.25.11', '1.25.11', 0],
    ['1.25.2', '1.25.11', -1],
    ['1.9', '1.25.11', -1],
    ['1.26rc1', '1.26.0', 0],
    ['v2.0.0', '1.99.99', 1],
  ])('compares %s with %s', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
  });
});

describe('findGo', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'healproof-go-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('takes the Go on PATH when it is new enough', async () => {
    const fake = new FakeRun().on('go env', 'go1.26.0\n/usr/lib/go\n');
    expect(await findGo(fake.run, needs, {})).toEqual({ version: '1.26.0', binFolder: '/usr/lib/go/bin' });
  });

  it('lets an old Go fetch the pinned one as a module, and makes its programs runnable', async () => {
    for (const name of ['bin/go', 'pkg/tool/linux/compile']) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), '', { mode: 0o444 });
    }
    const fake = new FakeRun().on('go env', 'go1.19.8\n/usr/lib/go\n').on('go mod', JSON.stringify({ Dir: folder }));
    expect(await findGo(fake.run, needs, {})).toEqual({ version: '1.26.8', binFolder: join(folder, 'bin') });
    expect(fake.lines[1]).toContain('golang.org/toolchain@v0.0.1-go1.26.8.linux-');
    for (const name of ['bin/go', 'pkg/tool/linux/compile']) {
      expect((await stat(join(folder, name))).mode & 0o111).toBe(0o111);
    }
  });

  it('says so where there is no Go at all', async () => {
    const fake = new FakeRun().on('go env', { exitCode: 127, output: 'go: not found' });
    await expect(findGo(fake.run, needs, {})).rejects.toMatchObject({ code: 'BUILD_FAILED' });
  });
});
