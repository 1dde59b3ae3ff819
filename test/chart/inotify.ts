import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Measured: 23 for a node of kind and what runs on it. */
const NEEDED_BY_A_NODE = 25;

/** Why one more node of kind would not start for want of inotify instances; undefined where it would, or nobody can tell. */
export function whyNoRoomForANode(): string | undefined {
  const limit = Number(read('/proc/sys/fs/inotify/max_user_instances'));
  if (!(limit > 0)) return undefined;
  const used = inotifyInstances();
  if (used + NEEDED_BY_A_NODE <= limit) return undefined;
  return (
    `${used} of ${limit} inotify instances are in use and a node of kind takes about ${NEEDED_BY_A_NODE}: ` +
    'take the lab down first (`healproof down`), or raise fs.inotify.max_user_instances'
  );
}

/** Instances of all processes; one that several processes share counts as often as they have it. */
export function inotifyInstances(): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.reduce((sum, pid) => sum + instancesOf(`/proc/${pid}/fd`), 0);
}

/** A process may end while it is looked at. */
function instancesOf(folder: string): number {
  try {
    return readdirSync(folder).filter((fd) => targetOf(`${folder}/${fd}`) === 'anon_inode:inotify').length;
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isGone(error)) return '';
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'EACCES'].includes(String(error.code));
}
