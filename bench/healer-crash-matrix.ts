import { cpus } from 'node:os';
import { findPrograms } from '../test/contract/api-server.ts';
import { CRASH_MODES, type Crash, CrashEpisode, type Ending, judge } from '../test/contract/crash-episode.ts';
import { ShopCluster } from '../test/contract/shop-cluster.ts';

/**
 * Hurts the healer in every way at every write of one healing episode, against a real kube-apiserver, and says how many
 * ended as if nothing had happened. Usage: node bench/healer-crash-matrix.ts [part of a point's name] [mode]
 */
const [, , wantedPoint = '', wantedMode = ''] = process.argv;
const programs = findPrograms();
if (typeof programs === 'string') throw new Error(programs);

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const cluster = await ShopCluster.start(programs);
let failures = 0;
try {
  const calm = await CrashEpisode.run(cluster);
  const troubles = judge(calm);
  if (troubles.length > 0) throw new Error(`the episode does not even work unhurt: ${troubles.join('; ')}`);
  const points = calm.points.filter((point) => point.includes(wantedPoint));
  const modes = CRASH_MODES.filter((mode) => mode.includes(wantedMode));
  say(
    `machine: ${cpus().length} × ${cpus()[0]?.model ?? '?'}; ${points.length} write points × ${modes.length} modes\n`,
  );
  say(`| write point | ${modes.join(' | ')} |\n| --- | ${modes.map(() => '---').join(' | ')} |`);
  const endings: { readonly crash: Crash; readonly ending: Ending; readonly problems: string[] }[] = [];
  for (const point of points) {
    const cells: string[] = [];
    for (const mode of modes) {
      const crash = { point, mode };
      const ending = await CrashEpisode.run(cluster, crash);
      const problems = judge(ending, crash);
      endings.push({ crash, ending, problems });
      cells.push(problems.length > 0 ? `**${problems.join('; ')}**` : ending.told ? 'same' : 'same, end not told');
    }
    say(`| ${point} | ${cells.join(' | ')} |`);
  }
  const good = endings.filter(({ problems }) => problems.length === 0);
  failures = endings.length - good.length;
  say(`\ncovered / total: ${endings.filter(({ ending }) => ending.reached).length} / ${points.length * modes.length}`);
  say(`same end state, nothing twice, nothing lost: ${good.length} / ${endings.length}`);
  say(`end told: ${good.filter(({ ending }) => ending.told).length} / ${endings.length}`);
} finally {
  await cluster.stop();
}
process.exitCode = failures === 0 ? 0 : 1;
