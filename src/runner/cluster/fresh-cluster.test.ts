import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabWorld } from '../../../test/fakes/lab-world.ts';
import { cannedPass, cannedSkip } from '../../../test/fixtures/canned-run.ts';
import { AbortedError, CommandError } from '../../errors.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { inFreshCluster } from './fresh-cluster.ts';

const NAME = 'healproof-20261120-120000-7f3a1c';

function fresh(
  world: LabWorld,
  run: () => Promise<RunRecord> = async () => cannedPass,
  signal: AbortSignal = new AbortController().signal,
) {
  const notes: string[] = [];
  const asked: string[] = [];
  const ends: number[] = [];
  const record = inFreshCluster({
    lab: world.lab(NAME),
    signal,
    reporter: {
      onEvent: (event) => {
        if (event.type === 'note') notes.push(event.message);
        if (event.type === 'run-ended') ends.push(event.exitCode);
      },
    },
    now: () => world.clock.now(),
    run: async ({ clusterName }) => {
      asked.push(clusterName);
      return run();
    },
    skipped: (skippedBecause) => ({ ...cannedSkip, skippedBecause }),
  });
  return { record, notes, asked, ends };
}

const clusters = (world: LabWorld): string[] => [...new Set(world.containers.map(({ cluster }) => cluster))];

describe('a run in a cluster of its own', () => {
  it('makes it beside the lab, runs there and removes it', async () => {
    const world = new LabWorld();
    await world.lab().up(world.options());
    const { record, notes, asked } = fresh(world);
    expect(await record).toEqual(cannedPass);
    expect(asked).toEqual([NAME]);
    expect(clusters(world)).toEqual(['healproof']);
    expect(notes.join('\n')).toContain(`Creating the kind cluster ${NAME}`);
  });

  it('is skipped, in one sentence, on a machine that has no room for another cluster', async () => {
    const world = new LabWorld();
    await world.lab().up(world.options());
    world.host.inotifyLeft = 12;
    const { record, asked, ends } = fresh(world);
    expect((await record).skippedBecause).toMatch(
      /^no room for a cluster of its own: a cluster of 4 nodes needs 76 inotify instances, 12 of 1024 are left\. Remove other/,
    );
    expect(asked).toEqual([]);
    expect(world.programs.lines.filter((line) => line.startsWith('kind create'))).toHaveLength(1);
    expect(ends).toEqual([3]);
    expect(clusters(world)).toEqual(['healproof']);
  });

  it('is skipped as well where the room was taken since it was looked for', async () => {
    const world = new LabWorld();
    world.whileGettingTools = () => (world.host.inotifyLeft = 12);
    const { record, asked } = fresh(world);
    expect((await record).skippedBecause).toMatch(/needs 76 inotify instances, 12 of 1024 are left/);
    expect([asked, clusters(world)]).toEqual([[], []]);
    expect(existsSync(join(world.cacheDir, 'labs', `${NAME}.bound`))).toBe(false);
  });

  it('removes it when the run broke, or kind did', async () => {
    const world = new LabWorld();
    await expect(fresh(world, () => Promise.reject(new Error('broken'))).record).rejects.toThrow('broken');
    expect(clusters(world)).toEqual([]);
    world.kindFailure = 'no space left';
    await expect(fresh(world).record).rejects.toThrow(CommandError);
    expect(clusters(world)).toEqual([]);
  });

  it('counts a cluster that could not be removed as left behind', async () => {
    const world = new LabWorld();
    const { record, ends } = fresh(world, async () => {
      world.programs.broken = new Error('the engine hangs');
      return cannedPass;
    });
    await expect(record).resolves.toMatchObject({
      exitCode: 4,
      cleanupErrors: [expect.stringContaining('could not be removed: the engine hangs')],
    });
    expect(ends).toEqual([4]);
  });

  it('says so too where the run was stopped', async () => {
    const world = new LabWorld();
    const stop = new AbortController();
    const { record, notes } = fresh(
      world,
      () => {
        world.programs.broken = new Error('the engine hangs');
        stop.abort(new AbortedError('stopped by SIGINT'));
        return Promise.reject(stop.signal.reason);
      },
      stop.signal,
    );
    await expect(record).rejects.toThrow('could not be removed');
    expect(notes).toContainEqual(expect.stringContaining('could not be removed: the engine hangs'));
  });

  it('has it bound to this process before the first node is made, and lets go of it last', async () => {
    const world = new LabWorld();
    const mark = join(world.cacheDir, 'labs', `${NAME}.bound`);
    const { record } = fresh(world, async () => {
      expect(existsSync(mark)).toBe(true);
      return cannedPass;
    });
    await record;
    const order = world.programs.lines.flatMap((line) => /^(bash -c|kind create|docker rm)/.exec(line)?.[0] ?? []);
    expect(order).toEqual(['bash -c', 'kind create', 'docker rm']);
    const [armed] = world.programs.calls.filter(({ program }) => program === 'bash');
    expect(armed?.args.slice(-6)).toEqual([String(process.pid), 'docker', NAME, mark, mark.replace('.bound', ''), '5']);
    expect(existsSync(mark)).toBe(false);
  });

  it('when it is stopped half-way removes it, and what the engine makes of it afterwards', async () => {
    const world = new LabWorld();
    const stop = new AbortController();
    world.duringCreate = () => {
      world.addCluster(NAME, join(world.cacheDir, 'labs', NAME, 'mark'));
      stop.abort(new AbortedError('stopped by SIGINT'));
    };
    world.lateNodes = 1;
    await expect(fresh(world, undefined, stop.signal).record).rejects.toThrow('stopped');
    expect(clusters(world)).toEqual([]);
    expect(world.lateNodes).toBe(0);
    expect(existsSync(join(world.cacheDir, 'labs', `${NAME}.bound`))).toBe(false);
  });

  it('stays bound where it could not be removed, so that it goes when this process does', async () => {
    const world = new LabWorld();
    const { record } = fresh(world, async () => {
      world.programs.broken = new Error('the engine hangs');
      return cannedPass;
    });
    await record;
    expect(existsSync(join(world.cacheDir, 'labs', `${NAME}.bound`))).toBe(true);
  });
});
