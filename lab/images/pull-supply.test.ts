import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRun } from '../../test/fakes/fake-run.ts';
import { KeptProgress } from '../../test/fakes/kept-progress.ts';
import { DockerClient } from './docker-client.ts';
import { dockerfile, PullSupply } from './pull-supply.ts';
import { readVersions } from './versions.ts';

const versions = await readVersions(join(import.meta.dirname, '../..'));
const signal = new AbortController().signal;
const digest = `sha256:${'a'.repeat(64)}`;
const notThere = { exitCode: 1, output: 'Error: No such image: x' };

let cacheDir: string;
let fake: FakeRun;
let asked: string[];
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'healproof-pull-'));
  asked = [];
  fake = new FakeRun()
    .on('docker image inspect healproof/node-base', notThere)
    .on('docker image inspect', JSON.stringify([{ Id: 'sha256:id', RepoDigests: [`x@${digest}`], Config: {} }]));
});
afterEach(() => rm(cacheDir, { recursive: true }));

function supply(status = 200): PullSupply {
  const fetch = async (url: string) => {
    asked.push(url);
    return new Response('archive', { status });
  };
  return new PullSupply({ run: fake.run, fetch, cacheDir, versions, linuxHelm: async () => '/helm' });
}
const client = () => new DockerClient(fake.run, 'unix:///engine.sock', signal);
const options = { signal, progress: new KeptProgress() };

describe('the pulled base', () => {
  it('pulls the node by digest and every image of the list, then bakes them in without a network', async () => {
    const base = await supply().base(client(), options);
    const pulls = fake.lines.filter((line) => line.startsWith('docker pull'));
    expect(pulls).toHaveLength(1 + versions.pull.images.length);
    expect(pulls[0]).toMatch(/kindest\/node:v1\.34\.\d+@sha256:[0-9a-f]{64}$/);
    const start = fake.lines.find((line) => line.startsWith('docker run')) ?? '';
    expect(start).toContain('--network none');
    expect(start).toContain(versions.pull.node);
    expect(fake.lines.find((line) => line.startsWith('docker commit'))).toContain(base.image);
    expect(base.records).toContainEqual({
      name: 'ghcr.io/chaos-mesh/chaos-daemon:v2.8.4',
      source: 'pull',
      version: 'v2.8.4',
      digest,
    });
  });

  it('talks to the engine it was given in every command', async () => {
    await supply().base(client(), options);
    const calls = fake.calls.filter(({ program }) => program === 'docker');
    expect(calls.every((call) => call.options.env?.DOCKER_HOST === 'unix:///engine.sock')).toBe(true);
  });

  it('leaves no container behind when the import fails', async () => {
    fake.on('docker exec', { exitCode: 1, output: 'ctr: boom' });
    await expect(supply().base(client(), options)).rejects.toThrow();
    expect(fake.lines.at(-1)).toMatch(/^docker rm --force --volumes healproof-preload-/);
    expect(fake.lines.some((line) => line.startsWith('docker commit'))).toBe(false);
  });

  it('fetches the chart of the same version as the images, once', async () => {
    const one = supply();
    const base = await one.base(client(), options);
    await one.base(client(), options);
    expect(asked).toEqual([expect.stringContaining(`/${base.chaosMeshTag}.tar.gz`)]);
    expect(fake.lines.find((line) => line.startsWith('tar'))).toContain('chaos-mesh-2.8.4/helm/chaos-mesh');
  });

  it('says which address does not answer, and keeps nothing of it', async () => {
    await expect(supply(503).base(client(), options)).rejects.toThrow('answers 503');
    expect((await supply().needs()).seconds).toBeGreaterThan(0);
  });

  it('takes nothing more once it is there', async () => {
    await supply().base(client(), options);
    expect(await supply().needs()).toMatchObject({ seconds: 0, diskBytes: 0 });
  });
});

describe('our own images on a pulled runtime', () => {
  it('are built from the bundle with an unprivileged user, and saved together', async () => {
    const work = join(cacheDir, 'work');
    await mkdir(work);
    const image = {
      id: 'healer',
      name: 'docker.io/healproof/healer:0.1.0',
      version: '0.1.0',
      entry: '',
      extraFiles: {},
    } as const;
    const request = { programs: [{ image, code: 'code', digest }], work, archive: '/a.tar', ...options };
    const records = await supply().writePrograms(client(), request);
    expect(await readFile(join(work, 'healer/files/app/main.mjs'), 'utf8')).toBe('code');
    expect(fake.lines).toContain(`docker build --tag ${image.name} ${join(work, 'healer')}`);
    expect(fake.lines.at(-1)).toBe(`docker save --output /a.tar ${image.name}`);
    expect(records).toEqual([
      { name: image.name, source: 'pull', version: '0.1.0 (bundle aaaaaaaaaaaa)', digest: 'sha256:id' },
    ]);
  });

  it('run as the same user with the same entry point as those built from source', () => {
    expect(dockerfile('base', digest)).toContain('USER 65532:65532');
    expect(dockerfile('base', digest)).toContain('ENTRYPOINT ["/usr/local/bin/node","/app/main.mjs"]');
  });
});
