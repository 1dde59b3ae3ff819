import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/adapters/process/command.ts';
import { writeArchive } from './archive.ts';
import { buildImage } from './image.ts';
import { compressLayer, type Layer, packLayer } from './layer.ts';
import { selectImages } from './select.ts';

let folder: string;
let shared: Layer;
let own: Layer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'healproof-oci-'));
  [shared, own] = [await layer('shared', 'x'), await layer('own', 'y')];
});
afterEach(() => rm(folder, { recursive: true }));

async function layer(name: string, content: string): Promise<Layer> {
  const source = join(folder, name);
  await mkdir(join(source, 'app'), { recursive: true });
  await writeFile(join(source, 'app', 'file'), content);
  return packLayer(run, source, `${source}.tar`);
}

const image = (names: readonly string[], layers: readonly Layer[]) =>
  buildImage({ names, layers, config: { entrypoint: ['/app/file'], user: '1:1' } }, 'amd64');

async function archiveOf(...images: ReturnType<typeof image>[]): Promise<string> {
  const path = join(folder, 'all.tar');
  await writeArchive(run, images, join(folder, 'staging'), path);
  return path;
}

async function unpack(path: string): Promise<(name: string) => Promise<string>> {
  const target = `${path}.d`;
  await mkdir(target);
  await run('tar', ['-xf', path, '-C', target]);
  return (name) => readFile(join(target, name), 'utf8');
}

const hex = (digest: string): string => digest.replace('sha256:', '');

describe('packLayer', () => {
  it('gives the same digest for the same content, whenever it was written', async () => {
    const again = join(folder, 'again');
    await mkdir(join(again, 'app'), { recursive: true });
    await writeFile(join(again, 'app', 'file'), 'x');
    await utimes(join(again, 'app', 'file'), 1, 1);
    expect((await packLayer(run, again, `${again}.tar`)).digest).toBe(shared.digest);
    expect(own.digest).not.toBe(shared.digest);
  });
});

describe('compressLayer', () => {
  it('changes the file and nothing of the identity of the image', async () => {
    const small = await compressLayer(shared, join(folder, 'shared.zst'));
    expect(small.digest).not.toBe(shared.digest);
    const [plain, compressed] = [image(['docker.io/a/one:1'], [shared]), image(['docker.io/a/one:1'], [small])];
    expect(compressed.config.digest).toBe(plain.config.digest);
    expect(compressed.manifest.content).toContain('tar+zstd');
  });
});

describe('writeArchive', () => {
  it('holds every blob under the digest that the manifests name, shared layers once', async () => {
    const images = [
      image(['docker.io/a/one:1', 'docker.io/a/one:2'], [shared]),
      image(['docker.io/a/two:1'], [shared, own]),
    ];
    const path = await archiveOf(...images);
    const read = await unpack(path);
    const index = JSON.parse(await read('index.json'));
    expect(index.manifests.map((m: { annotations: object }) => Object.values(m.annotations)[0])).toEqual([
      'docker.io/a/one:1',
      'docker.io/a/one:2',
      'docker.io/a/two:1',
    ]);
    const manifest = JSON.parse(await read(`blobs/sha256/${hex(index.manifests[2].digest)}`));
    const config = JSON.parse(await read(`blobs/sha256/${hex(manifest.config.digest)}`));
    expect(config.rootfs.diff_ids).toEqual([shared.digest, own.digest]);
    expect(config.config).toMatchObject({ Entrypoint: ['/app/file'], User: '1:1' });
    const { stdout } = await run('tar', ['-tf', path]);
    expect(stdout.match(new RegExp(hex(shared.digest), 'g'))).toHaveLength(1);
  });

  it('can be read by docker load as well', async () => {
    const one = image(['docker.io/a/one:1'], [shared]);
    const read = await unpack(await archiveOf(one));
    expect(JSON.parse(await read('manifest.json'))).toEqual([
      {
        Config: `blobs/sha256/${hex(one.config.digest)}`,
        RepoTags: ['docker.io/a/one:1'],
        Layers: [`blobs/sha256/${hex(shared.digest)}`],
      },
    ]);
  });
});

describe('selectImages', () => {
  it('takes the named images and nothing else out of several archives', async () => {
    const all = await archiveOf(image(['docker.io/a/one:1'], [shared]), image(['docker.io/a/two:1'], [own]));
    const work = join(folder, 'work');
    const target = join(folder, 'some.tar');
    await mkdir(work);
    await selectImages(run, [all], ['docker.io/a/two:1'], { work, target });
    const read = await unpack(target);
    expect(JSON.parse(await read('index.json')).manifests).toHaveLength(1);
    expect(JSON.parse(await read('manifest.json'))[0].RepoTags).toEqual(['docker.io/a/two:1']);
    await expect(read(`blobs/sha256/${hex(shared.digest)}`)).rejects.toThrow('ENOENT');
    expect(await read(`blobs/sha256/${hex(own.digest)}`)).not.toBe('');
  });

  it('fails where no archive holds an image, instead of leaving it out', async () => {
    const all = await archiveOf(image(['docker.io/a/one:1'], [shared]));
    const work = join(folder, 'work');
    await mkdir(work);
    const ask = selectImages(run, [all], ['docker.io/a/three:1'], { work, target: join(folder, 'some.tar') });
    await expect(ask).rejects.toThrow('docker.io/a/three:1');
  });
});
