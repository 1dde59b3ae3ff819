import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BuildError } from '../../../src/errors.ts';
import { FakeRun } from '../../../test/fakes/fake-run.ts';
import { KeptProgress } from '../../../test/fakes/kept-progress.ts';
import { buildParts } from './build-parts.ts';
import type { BuildContext, Part } from './parts/part.ts';
import { type Attempt, PartStore, type Stamp } from './store.ts';

let root: string;
let progress: KeptProgress;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'healproof-parts-'));
  progress = new KeptProgress();
});
afterEach(() => rm(root, { recursive: true }));

type Build = (context: BuildContext) => Promise<void>;

function part(id: string, needs: readonly string[] = [], build: Build = async () => undefined): Part {
  return { id, title: `the ${id}`, needs, inputs: { recipe: 1 }, files: [], expectedSeconds: 1, build };
}

async function build(
  parts: readonly Part[],
  lanes = 2,
  fake = new FakeRun(),
  store = new PartStore(root),
): Promise<void> {
  let now = 0;
  const keys = new Map(parts.map(({ id }) => [id, `key-${id}`]));
  const clock = { now: () => (now += 100) };
  const signal = new AbortController().signal;
  await buildParts(parts, {
    store,
    keys,
    run: fake.run,
    env: { GOCACHE: '/c' },
    clock,
    signal,
    progress,
    lanes,
    cores: 2,
  });
}

/** Counts the attempts that are open at the same time. */
class CountingStore extends PartStore {
  most = 0;
  #open = 0;

  override begin(id: string): Promise<Attempt> {
    this.most = Math.max(this.most, ++this.#open);
    return super.begin(id);
  }

  override async finish(attempt: Attempt, stamp: Stamp): Promise<void> {
    await super.finish(attempt, stamp);
    this.#open--;
  }
}

describe('buildParts', () => {
  it('builds a part after all it needs, and lets it read only those', async () => {
    const order: string[] = [];
    const note =
      (id: string): Build =>
      async () =>
        void order.push(id);
    const nosy: Build = async ({ outputOf }) => {
      expect(outputOf('a')).toBe(join(root, 'parts', 'a-key-a'));
      expect(() => outputOf('b')).toThrow('without saying so');
      order.push('c');
    };
    await build([part('a', [], note('a')), part('b', ['a'], note('b')), part('c', ['a'], nosy)]);
    expect(order[0]).toBe('a');
    expect(order.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('builds as many at a time as there are lanes, and never more', async () => {
    const store = new CountingStore(root);
    const parts = ['a', 'b', 'c', 'd', 'e'].map((id) => part(id));
    await build(parts, 2, new FakeRun(), store);
    expect(store.most).toBe(2);
  });

  it('builds nothing twice', async () => {
    let built = 0;
    const parts = [part('a', [], async () => void built++)];
    await build(parts);
    await build(parts);
    expect(built).toBe(1);
    expect(progress.lines.filter((line) => line.startsWith('built'))).toHaveLength(1);
  });

  it('keeps finished parts and shows nothing of the one that failed, and goes on from there', async () => {
    let isBroken = true;
    const fragile: Build = async ({ out }) => {
      await writeFile(join(out, 'half'), 'half');
      if (isBroken) throw new BuildError('no');
    };
    const parts = [part('a'), part('b', ['a'], fragile)];
    await expect(build(parts, 1)).rejects.toThrow('no');
    expect(await readdir(join(root, 'parts'))).toEqual(['a-key-a']);
    isBroken = false;
    await build(parts, 1);
    expect(await readdir(join(root, 'parts'))).toEqual(['a-key-a', 'b-key-b']);
  });

  it('is not misled by a half-made folder of an attempt that was killed', async () => {
    const store = new PartStore(root);
    const earlier = await store.begin('a');
    await writeFile(join(earlier.out, 'left-over'), '');
    await build([part('a', [], ({ out }) => writeFile(join(out, 'fresh'), ''))]);
    expect(await readdir(store.folderOf('a', 'key-a'))).toEqual(['fresh', 'stamp.json']);
  });

  it('names the part, the command, its output and the log when a command fails', async () => {
    const fake = new FakeRun().on('go build', { exitCode: 1, output: 'undefined: x' });
    const failing = part('a', [], async ({ run }) => void (await run('go', ['build'])));
    const error = await build([failing], 1, fake).catch((each) => each);
    expect(error).toBeInstanceOf(BuildError);
    expect(error.message).toContain('could not build the a');
    expect(error.message).toContain('undefined: x');
    expect(error.hint).toContain(join(root, 'logs', 'a.log'));
    expect(fake.calls[0]?.options).toMatchObject({ env: { GOCACHE: '/c' }, logFile: join(root, 'logs', 'a.log') });
  });

  it('stops what runs beside a part that fails, and reports the first failure', async () => {
    let reason: unknown;
    const started = Promise.withResolvers<void>();
    const patient: Build = ({ run }) => run('sleep', []).then(() => undefined);
    const fake = new FakeRun().on('sleep', ({ options: { signal } }) => {
      started.resolve();
      return new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => {
          reason = signal.reason;
          reject(signal.reason);
        }),
      );
    });
    const failing = part('b', [], async () => {
      await started.promise;
      throw new BuildError('first');
    });
    await expect(build([part('a', [], patient), failing], 2, fake)).rejects.toThrow('first');
    expect(reason).toMatchObject({ message: 'first' });
  });

  it('remembers how long each part took', async () => {
    await build([part('a')]);
    expect((await new PartStore(root).durations()).a).toBeGreaterThan(0);
  });
});

describe('PartStore', () => {
  it('drops the outputs of keys that are no longer wanted', async () => {
    await build([part('a'), part('b')]);
    const store = new PartStore(root);
    await store.prune(
      new Map([
        ['a', 'key-a'],
        ['b', 'newer'],
      ]),
    );
    expect(await readdir(join(root, 'parts'))).toEqual(['a-key-a']);
  });

  it('cleans up after attempts that were killed', async () => {
    const store = new PartStore(root);
    await store.begin('a');
    await store.clean(new FakeRun().run);
    expect(await readdir(root)).toEqual([]);
  });
});
