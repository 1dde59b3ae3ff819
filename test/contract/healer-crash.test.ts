import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPrograms } from './api-server.ts';
import { type Crash, CrashEpisode, judge } from './crash-episode.ts';
import { ShopCluster } from './shop-cluster.ts';

const programs = findPrograms();
const skip = typeof programs === 'string';
if (typeof programs === 'string') process.stderr.write(`the healer's crashes are left out: ${programs}\n`);

/** The worst moments; `npm run bench:crashes` goes through all of them. */
const WORST: readonly Crash[] = [
  { point: 'POST pods eviction #1', mode: 'killed before' },
  { point: 'POST pods eviction #1', mode: 'killed after' },
  { point: 'POST pods eviction #1', mode: 'frozen, late write' },
  { point: 'POST pods eviction #1', mode: 'two owners' },
];

describe.skipIf(skip)('a healer that is hurt while it acts', () => {
  let cluster: ShopCluster;

  beforeAll(async () => {
    if (typeof programs !== 'string') cluster = await ShopCluster.start(programs);
  });
  afterAll(() => cluster.stop());

  it('is judged by what happens when it is not hurt: one eviction, and its end is told', async () => {
    const ending = await CrashEpisode.run(cluster);
    expect(judge(ending)).toEqual([]);
    expect(ending.told).toBe(true);
    for (const { point } of WORST) expect(ending.points).toContain(point);
  });

  it.each(WORST)('$mode at $point: the same end state, nothing twice, nothing lost', async (crash) => {
    expect(judge(await CrashEpisode.run(cluster, crash), crash)).toEqual([]);
  });
});

describe('the judgement of a crash', () => {
  const good = { points: [], reached: true, deeds: ['POST /pods/a/eviction'], healed: true, told: true, troubles: [] };
  const crash = { point: 'p', mode: 'held' } as const;

  it.each([
    ['an action is repeated', { deeds: [...good.deeds, ...good.deeds] }, /2 evictions/],
    ['an action is lost', { healed: false, deeds: [] }, /lost/],
    ['it was never hurt', { reached: false }, /not reached/],
    ['something else is done', { deeds: [...good.deeds, 'DELETE /pods/b'] }, /something else/],
  ])('finds that %s', (_title, changes, sentence) => {
    expect(judge(good, crash)).toEqual([]);
    expect(judge({ ...good, ...changes }, crash).join()).toMatch(sentence);
  });
});
