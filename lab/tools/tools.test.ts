import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRun } from '../../test/fakes/fake-run.ts';
import { KeptProgress } from '../../test/fakes/kept-progress.ts';
import { downloadTool } from './download.ts';
import { RELEASES, type Release } from './releases.ts';
import { ToolFinder } from './tools.ts';

const signal = new AbortController().signal;
let folder: string;
let path: string | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'healproof-tools-'));
  path = process.env.PATH;
  process.env.PATH = join(folder, 'bin');
  await mkdir(join(folder, 'bin'));
  await program('docker');
});
afterEach(async () => {
  process.env.PATH = path;
  await rm(folder, { recursive: true });
});

async function program(name: string): Promise<string> {
  const file = join(folder, 'bin', name);
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  return file;
}

function finder(fake: FakeRun, fetch: () => Promise<Response>, chosen = {}): ToolFinder {
  const build = async (name: string): Promise<string> => `/built/${name}`;
  return new ToolFinder({ run: fake.run, fetch, cacheDir: join(folder, 'cache'), chosen, build });
}

const offline = async (): Promise<Response> => {
  throw new TypeError('fetch failed');
};

describe('ToolFinder', () => {
  it('takes what is on PATH at a fitting version', async () => {
    const [kind, helm] = [await program('kind'), await program('helm')];
    const fake = new FakeRun().on(kind, '0.30.1\n').on(helm, 'v3.18.2');
    const tools = await finder(fake, offline).ensure({ signal, progress: new KeptProgress() }, { download: true });
    expect(tools).toEqual({ docker: join(folder, 'bin/docker'), kind, helm });
  });

  it('passes over another version and a program that does not even start', async () => {
    const [kind, helm] = [await program('kind'), await program('helm')];
    const fake = new FakeRun().on(kind, '0.29.0\n').on(helm, { exitCode: 126, output: '' });
    const tools = await finder(fake, offline).ensure({ signal, progress: new KeptProgress() }, { download: false });
    expect(tools).toMatchObject({ kind: '/built/kind', helm: '/built/helm' });
  });

  it('takes what the user chose as it is', async () => {
    const tools = finder(new FakeRun(), offline, { kind: '/my/kind', helm: '/my/helm', docker: '/my/docker' });
    expect(await tools.ensure({ signal, progress: new KeptProgress() }, { download: true })).toEqual({
      kind: '/my/kind',
      helm: '/my/helm',
      docker: '/my/docker',
    });
  });

  it('builds from source, and says why, where the release cannot be reached', async () => {
    const progress = new KeptProgress();
    const tools = await finder(new FakeRun(), offline).ensure({ signal, progress }, { download: true });
    expect(tools.kind).toBe('/built/kind');
    expect(progress.lines.join('\n')).toContain('it will be built from its source');
  });

  it('does not fall back to building when a download is not what was published', async () => {
    const evil = async (): Promise<Response> => new Response('something else');
    const asked = finder(new FakeRun(), evil).ensure({ signal, progress: new KeptProgress() }, { download: true });
    await expect(asked).rejects.toThrow('not what was published');
  });

  it('asks for docker in one sentence where it is missing', async () => {
    await rm(join(folder, 'bin/docker'));
    const asked = finder(new FakeRun(), offline).ensure({ signal, progress: new KeptProgress() }, { download: false });
    await expect(asked).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
  });
});

describe('downloadTool', () => {
  const bytes = 'program';
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const release: Release = { ...RELEASES.kind, sha256: { 'linux-amd64': sha256 } };
  const job = { name: 'kind', release, platform: 'linux-amd64' } as const;

  it('makes what was published runnable', async () => {
    const fetch = async (): Promise<Response> => new Response(bytes);
    await downloadTool({ fetch, run: new FakeRun().run }, job, join(folder, 'deep/kind'), signal);
    expect(await readFile(join(folder, 'deep/kind'), 'utf8')).toBe(bytes);
    expect((await stat(join(folder, 'deep/kind'))).mode & 0o111).toBe(0o111);
  });

  it('leaves nothing where the server says no', async () => {
    const fetch = async (): Promise<Response> => new Response('no', { status: 404 });
    const asked = downloadTool({ fetch, run: new FakeRun().run }, job, join(folder, 'kind'), signal);
    await expect(asked).rejects.toThrow('answers 404');
    await expect(stat(join(folder, 'kind'))).rejects.toThrow('ENOENT');
  });
});

describe('the releases', () => {
  it.each([
    ['kind', '0.30.0', true],
    ['kind', 'v0.31.0', false],
    ['helm', 'v3.14.0', true],
    ['helm', 'v3.9.4', false],
    ['helm', 'v4.0.0', false],
  ] as const)('%s %s fits: %s', (name, version, fits) => {
    expect(RELEASES[name].fits(version)).toBe(fits);
  });
});
