import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ifAbsent } from '../../src/absent.ts';
import type { Run } from '../../src/adapters/process/command.ts';
import { describeSelf, isAlive, readHolder } from '../../src/adapters/process/file-lock.ts';
import { startOrphan } from '../../src/adapters/process/orphan.ts';
import { CLUSTER_DEAD_MAN_NAME, CLUSTER_DEAD_MAN_SCRIPT } from './cluster-dead-man.ts';
import type { Docker } from './docker.ts';
import type { LabFolder } from './lab-state.ts';

const START_MS = 30_000;
const MARK = '.bound';
/** Looks at the engine, a second apart, that must have found nothing. */
const QUIET_LOOKS = '5';

/** Where it is written down that a cluster must not outlive the process that made it. */
function boundMarkOf(folder: LabFolder): string {
  return `${folder.path}${MARK}`;
}

/**
 * Done before the first container is made: writes down whose cluster it will be, and starts a process that removes it
 * when this one is gone.
 */
export async function bindToProcess(run: Run, docker: Docker, folder: LabFolder, cluster: string): Promise<void> {
  const mark = boundMarkOf(folder);
  await mkdir(dirname(mark), { recursive: true });
  await writeFile(mark, JSON.stringify(await describeSelf()));
  await startOrphan(run, {
    name: CLUSTER_DEAD_MAN_NAME,
    script: CLUSTER_DEAD_MAN_SCRIPT,
    args: [String(process.pid), docker.program, cluster, mark, folder.path, QUIET_LOOKS],
    env: docker.env,
    logFile: join(dirname(mark), 'dead-man.log'),
    timeoutMs: START_MS,
  });
}

export async function isBound(folder: LabFolder): Promise<boolean> {
  return (await readHolder(boundMarkOf(folder))) !== undefined;
}

/** Nothing is left of it: sends the waiting process home. */
export async function unbind(folder: LabFolder): Promise<void> {
  await rm(boundMarkOf(folder), { force: true });
}

/** Names of clusters that were made for a process which is gone by now. */
export async function abandonedClusters(cacheDir: string): Promise<string[]> {
  const labs = join(cacheDir, 'labs');
  const marks = (await entriesOf(labs)).filter((name) => name.endsWith(MARK));
  const found = await Promise.all(
    marks.map(async (name) => {
      const maker = await readHolder(join(labs, name));
      return maker === undefined || (await isAlive(maker)) ? [] : [name.slice(0, -MARK.length)];
    }),
  );
  return found.flat().sort();
}

async function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch(ifAbsent([]));
}
