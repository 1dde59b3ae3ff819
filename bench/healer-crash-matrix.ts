import { cpus } from 'node:os';
import { findPrograms } from '../test/contract/api-server.ts';
import { CRASH_MODES, CrashEpisode, type Ending, judge } from '../test/contract/crash-episode.ts';
import { type CrashScene, POD_SCENE, releaseScene } from '../test/contract/crash-scenes.ts';
import { findHelm } from '../test/contract/find-helm.ts';
import { ShopCluster } from '../test/contract/shop-cluster.ts';

/**
 * Hurts the healer in every way at every write of one healing episode, of a pod and of a release, against a real
 * kube-apiserver, and says how many ended as if nothing had happened.
 * Usage: node bench/healer-crash-matrix.ts [pod|release|all] [expression for points] [mode]
 */
const [, , wantedScene = 'all', wantedPoint = '', wantedMode = ''] = process.argv;
const programs = findPrograms();
if (typeof programs === 'string') throw new Error(programs);
const helm = findHelm();
if (helm === undefined) throw new Error('expected helm in HEALPROOF_HELM, in the cache folder or on PATH; found none');

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const modes = CRASH_MODES.filter((mode) => mode.includes(wantedMode));
const scenes = [POD_SCENE, releaseScene(helm)].filter(({ name }) => wantedScene === 'all' || name === wantedScene);

/** Resolves with the number of endings that are not as they should be. */
async function play(scene: CrashScene, cluster: ShopCluster): Promise<number> {
  const calm = await CrashEpisode.run(scene, cluster);
  const troubles = judge(scene, calm);
  if (troubles.length > 0) throw new Error(`the episode does not even work unhurt: ${troubles.join('; ')}`);
  const points = calm.points.filter((point) => new RegExp(wantedPoint).test(point));
  say(`\n${scene.name}: ${points.length} write points × ${modes.length} modes\n`);
  say(`| write point | ${modes.join(' | ')} |\n| --- | ${modes.map(() => '---').join(' | ')} |`);
  const endings: { readonly ending: Ending; readonly problems: readonly string[] }[] = [];
  for (const point of points) {
    const cells: string[] = [];
    for (const mode of modes) {
      const crash = { point, mode };
      const ending = await CrashEpisode.run(scene, cluster, crash);
      const problems = judge(scene, ending, crash);
      endings.push({ ending, problems });
      cells.push(problems.length > 0 ? `**${problems.join('; ')}**` : 'same');
    }
    say(`| ${point} | ${cells.join(' | ')} |`);
  }
  const good = endings.filter(({ problems }) => problems.length === 0).length;
  say(`\ncovered / total: ${endings.filter(({ ending }) => ending.reached).length} / ${points.length * modes.length}`);
  say(`end told: ${endings.filter(({ ending }) => ending.told).length} / ${endings.length}`);
  say(`same end state, nothing twice, nothing lost, end told: ${good} / ${endings.length}`);
  return endings.length - good;
}

say(`machine: ${cpus().length} × ${cpus()[0]?.model ?? '?'}`);
let failures = 0;
for (const scene of scenes) {
  const cluster = await ShopCluster.start(programs);
  try {
    failures += await play(scene, cluster);
  } finally {
    await cluster.stop();
  }
}
process.exitCode = failures === 0 ? 0 : 1;
