import { cpus } from 'node:os';
import { findPrograms } from '../../test/real-cluster/api-server.ts';
import { CRASH_MODES, type Crash, type CrashScene, type Ending } from '../../test/real-cluster/crash.ts';
import { CrashEpisode, judge } from '../../test/real-cluster/crash-episode.ts';
import { POD_SCENE, releaseScene } from '../../test/real-cluster/crash-scenes.ts';
import { findHelm } from '../../test/real-cluster/find-helm.ts';
import { ShopCluster } from '../../test/real-cluster/shop-cluster.ts';

/**
 * Hurts the healer in every way at every write of one healing episode, of a pod and of a release, against a real
 * kube-apiserver, and says how many ended as if nothing had happened.
 * Usage: node bench/healer/crash-matrix.ts [pod|release|all] [expression for points] [mode]
 */
const [, , wantedScene = 'all', wantedPoint = '', wantedMode = ''] = process.argv;
const programs = findPrograms();
if (typeof programs === 'string') throw new Error(programs);
const helm = findHelm();
if (helm === undefined) throw new Error('expected helm in HEALPROOF_HELM, in the cache folder or on PATH; found none');

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const modes = CRASH_MODES.filter((mode) => mode.includes(wantedMode));
const scenes = [POD_SCENE, releaseScene(helm)].filter(({ name }) => wantedScene === 'all' || name === wantedScene);

const MOST_PLAYS = 4;

interface Played {
  readonly ending: Ending;
  /** The last one counts. */
  readonly plays: number;
  readonly problems: readonly string[];
}

/** Resolves with the number of endings that are not as they should be. */
async function play(scene: CrashScene, cluster: ShopCluster): Promise<number> {
  const calm = await CrashEpisode.run(scene, cluster);
  const troubles = judge(scene, calm);
  if (troubles.length > 0) throw new Error(`the episode does not even work unhurt: ${troubles.join('; ')}`);
  const points = calm.points.filter((point) => new RegExp(wantedPoint).test(point));
  say(`\n${scene.name}: ${points.length} write points × ${modes.length} modes\n`);
  say(`| write point | ${modes.join(' | ')} |\n| --- | ${modes.map(() => '---').join(' | ')} |`);
  const endings: Played[] = [];
  for (const point of points) {
    const cells: string[] = [];
    for (const mode of modes) {
      const played = await playUntilHurt(scene, cluster, { point, mode });
      endings.push(played);
      cells.push(played.problems.length > 0 ? `**${played.problems.join('; ')}**` : 'same');
    }
    say(`| ${point} | ${cells.join(' | ')} |`);
  }
  const good = endings.filter(({ problems }) => problems.length === 0).length;
  say(`\ncovered / total: ${endings.filter(({ ending }) => ending.reached).length} / ${points.length * modes.length}`);
  say(`played again, as they did without the write: ${endings.reduce((sum, { plays }) => sum + plays - 1, 0)}`);
  say(`end told: ${endings.filter(({ ending }) => ending.told).length} / ${endings.length}`);
  say(`same end state, nothing twice, nothing lost, end told: ${good} / ${endings.length}`);
  return endings.length - good;
}

/**
 * Which renewals of a Lease an episode has is chance. One that did without the wanted write has hurt nobody: it has to end
 * as it should, but says nothing about that write, and is played again.
 */
async function playUntilHurt(scene: CrashScene, cluster: ShopCluster, crash: Crash): Promise<Played> {
  for (let plays = 1; ; plays += 1) {
    const ending = await CrashEpisode.run(scene, cluster, crash);
    const isUnhurt = !ending.reached && judge(scene, ending).length === 0;
    if (!isUnhurt || plays === MOST_PLAYS) return { ending, plays, problems: judge(scene, ending, crash) };
  }
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
