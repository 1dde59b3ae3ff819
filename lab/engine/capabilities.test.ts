import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../src/adapters/process/command.ts';
import { missingCapabilities, runtimeWithout } from './capabilities.ts';

describe('missingCapabilities', () => {
  it.each([
    ['000001fffeffffff', ['CAP_SYS_RESOURCE']],
    ['000001ffffffffff', []],
    ['0000000000000000', expect.arrayContaining(['CAP_CHOWN', 'CAP_CHECKPOINT_RESTORE'])],
    ['000001fffeffdfff', ['CAP_NET_RAW', 'CAP_SYS_RESOURCE']],
  ])('reads the bounding set %s', (bits, expected) => {
    expect(missingCapabilities(`Name:\tnode\nCapBnd:\t${bits}\nCapAmb:\t0\n`)).toEqual(expected);
  });
});

describe('the runtime without missing capabilities', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'healproof-runc-'));
    await mkdir(join(folder, 'bundle'));
    await writeFile(join(folder, 'runc'), '#!/bin/sh\nprintf "%s|" "$@"\n');
    await writeFile(join(folder, 'wrapper'), runtimeWithout(['CAP_SYS_RESOURCE', 'CAP_MKNOD']));
    await chmod(join(folder, 'runc'), 0o755);
    await chmod(join(folder, 'wrapper'), 0o755);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const lists = [
    ['["CAP_CHOWN","CAP_SYS_RESOURCE","CAP_KILL"]', '["CAP_CHOWN","CAP_KILL"]'],
    ['["CAP_SYS_RESOURCE","CAP_KILL"]', '["CAP_KILL"]'],
    ['["CAP_KILL","CAP_MKNOD","CAP_SYS_RESOURCE"]', '["CAP_KILL"]'],
    ['["CAP_SYS_RESOURCE"]', '[]'],
    ['["CAP_MKNOD","CAP_SYS_RESOURCE"]', '[]'],
    ['["CAP_KILL"]', '["CAP_KILL"]'],
  ];

  it.each(lists)('turns %s into %s when a container is created', async (before, after) => {
    const file = join(folder, 'bundle', 'config.json');
    await writeFile(file, `{"process":{"capabilities":{"bounding":${before}}},"root":"/x"}`);
    const { stdout } = await run(
      join(folder, 'wrapper'),
      ['--root', '/r', 'create', '--bundle', join(folder, 'bundle'), 'name with blank'],
      { env: { PATH: `${folder}:${process.env.PATH}` } },
    );
    expect(JSON.parse(await readFile(file, 'utf8')).process.capabilities.bounding).toEqual(JSON.parse(after ?? ''));
    expect(stdout).toBe(`--root|/r|create|--bundle|${join(folder, 'bundle')}|name with blank|`);
  });

  it('changes the process file of an exec and nothing else', async () => {
    const process_ = join(folder, 'process.json');
    await writeFile(process_, '{"capabilities":{"effective":["CAP_SYS_RESOURCE","CAP_KILL"]}}');
    await writeFile(join(folder, 'config.json'), '["CAP_SYS_RESOURCE"]');
    const env = { PATH: `${folder}:${process.env.PATH}` };
    await run(join(folder, 'wrapper'), ['exec', `--process=${process_}`, 'id'], { env, cwd: folder });
    expect(JSON.parse(await readFile(process_, 'utf8')).capabilities.effective).toEqual(['CAP_KILL']);
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe('["CAP_SYS_RESOURCE"]');
  });
});
