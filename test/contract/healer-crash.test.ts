import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPrograms } from '../real-cluster/api-server.ts';
import type { Crash, CrashScene, Ending } from '../real-cluster/crash.ts';
import { CrashEpisode, judge } from '../real-cluster/crash-episode.ts';
import { POD_SCENE, releaseScene } from '../real-cluster/crash-scenes.ts';
import { findHelm } from '../real-cluster/find-helm.ts';
import { ShopCluster } from '../real-cluster/shop-cluster.ts';

const programs = findPrograms();
const helm = findHelm();
const skip = typeof programs === 'string' || helm === undefined;
if (typeof programs === 'string') process.stderr.write(`the healer's crashes are left out: ${programs}\n`);
else if (helm === undefined) process.stderr.write("the healer's crashes are left out: no helm was found or built\n");

/** The worst moments; `npm run bench:crashes` goes through all of them. */
const WORST: Readonly<Record<CrashScene['name'], readonly Crash[]>> = {
  pod: [
    { point: 'POST pods eviction #1', mode: 'killed before' },
    { point: 'POST pods eviction #1', mode: 'killed after' },
    { point: 'POST pods eviction #1', mode: 'frozen, late write' },
    { point: 'POST pods eviction #1', mode: 'two owners' },
  ],
  release: [
    { point: 'POST secrets #1', mode: 'killed before' },
    { point: 'POST secrets #1', mode: 'killed after' },
    { point: 'POST secrets #1', mode: 'frozen, late write' },
    { point: 'POST secrets #1', mode: 'two owners' },
    { point: 'PUT remediations status Acted #1', mode: 'killed before' },
  ],
};

describe.skipIf(skip).each([POD_SCENE, releaseScene(helm ?? '')])(
  'a healer that is hurt while it treats a $name',
  (scene) => {
    let cluster: ShopCluster;

    beforeAll(async () => {
      if (typeof programs !== 'string') cluster = await ShopCluster.start(programs);
    });
    afterAll(() => cluster.stop());

    it('is judged by what happens when it is not hurt: one action, and its end is told', async () => {
      const ending = await CrashEpisode.run(scene, cluster);
      expect(judge(scene, ending)).toEqual([]);
      for (const { point } of WORST[scene.name]) expect(ending.points).toContain(point);
    });

    it.each(WORST[scene.name])('$mode at $point: the same end state, nothing twice, nothing lost', async (crash) => {
      expect(judge(scene, await CrashEpisode.run(scene, cluster, crash), crash)).toEqual([]);
    });
  },
);

const common = { points: [], reached: true, healed: true, told: true, troubles: [] };
const evicted: Ending = { ...common, deeds: ['POST /pods/a/eviction'], state: [] };
const rolledBack: Ending = {
  ...common,
  deeds: ['POST /namespaces/shop/secrets', 'PATCH /namespaces/shop/deployments/back'],
  state: ['3 deployed*', '2 failed', '1 superseded'],
};

describe('the judgement of a crash', () => {
  it.each<[string, Partial<Ending>, RegExp]>([
    ['an action is repeated', { deeds: [...evicted.deeds, ...evicted.deeds] }, /2 evictions/],
    ['an action is lost', { healed: false, deeds: [] }, /lost/],
    ['it was never hurt', { reached: false }, /not reached/],
    ['something else is done', { deeds: [...evicted.deeds, 'DELETE /pods/b'] }, /something else/],
    ['the end is not told', { told: false }, /nobody told/],
  ])('finds of a pod that %s', (_title, changes, sentence) => {
    const crash = { point: 'p', mode: 'held' } as const;
    expect(judge(POD_SCENE, evicted, crash)).toEqual([]);
    expect(judge(POD_SCENE, { ...evicted, ...changes }, crash).join()).toMatch(sentence);
  });

  it.each<[string, Partial<Ending>, Crash['mode'], RegExp | undefined]>([
    ['it is rolled back twice', { state: ['4 deployed*', '3 superseded*', '2 failed'] }, 'killed after', /2 rollbacks/],
    ['its rollback is left half-way', { state: ['4 deployed*', '3 pending-rollback*'] }, 'held', /left half-way/],
    [
      'its helm died, and the next one is completed',
      { state: ['4 deployed*', '3 pending-rollback*'] },
      'killed after',
      undefined,
    ],
    ['it is rolled back by nobody', { state: ['2 deployed', '1 superseded'] }, 'held', /0 rollbacks/],
    ['a pod is evicted beside it', { deeds: [...rolledBack.deeds, 'POST /pods/a/eviction'] }, 'held', /something else/],
  ])('finds of a release that %s', (_title, changes, mode, sentence) => {
    const scene = releaseScene('');
    const crash = { point: 'p', mode };
    expect(judge(scene, rolledBack, crash)).toEqual([]);
    const found = judge(scene, { ...rolledBack, ...changes }, crash);
    if (sentence === undefined) expect(found).toEqual([]);
    else expect(found.join()).toMatch(sentence);
  });
});
