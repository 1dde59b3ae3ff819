import { readdir, readFile } from 'node:fs/promises';

/** Every process below this one, from /proc; processes that end meanwhile are left out. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = new Map<number, number[]>();
  for (const each of pids) {
    const parent = await parentOf(each);
    if (parent !== null) parents.set(parent, [...(parents.get(parent) ?? []), Number(each)]);
  }
  const below = (parent: number): number[] => (parents.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

async function parentOf(pid: string): Promise<number | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in brackets and may hold blanks and brackets itself.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch (error: unknown) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Ends a process and everything below it at once, as the machine's end would. */
export async function killWithChildren(pid: number): Promise<void> {
  for (const each of [pid, ...(await descendantsOf(pid))]) {
    try {
      process.kill(each, 'SIGKILL');
    } catch (error: unknown) {
      if (!isGone(error)) throw error;
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}
