import { readdir, readFile, readlink, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, freemem } from 'node:os';
import { dirname } from 'node:path';
import { HIDDEN, ifAbsent, isAbsent } from '../../absent.ts';
import type { Host, Inotify } from '../../ports/host.ts';
import { findProgram } from '../process/find-program.ts';

/** The machine that healproof runs on. */
export class LocalHost implements Host {
  readonly #searchPath: string;

  constructor(searchPath: string = process.env.PATH ?? '') {
    this.#searchPath = searchPath;
  }

  async availableMemoryBytes(): Promise<number> {
    const kib = /^MemAvailable:\s+(\d+) kB$/m.exec((await this.readText('/proc/meminfo')) ?? '')?.[1];
    return kib === undefined ? freemem() : Number(kib) * 1024;
  }

  async freeDiskBytes(path: string): Promise<number> {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch (error: unknown) {
      const parent = dirname(path);
      if (!isAbsent(error) || parent === path) throw error;
      return this.freeDiskBytes(parent);
    }
  }

  cpuCount(): number {
    return availableParallelism();
  }

  isPortFree(address: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
    });
  }

  async inotify(): Promise<Inotify | null> {
    const limit = await this.readText('/proc/sys/fs/inotify/max_user_instances');
    // Nodes run as root: nobody else can count what root's processes have.
    if (limit === null || process.getuid?.() !== 0) return null;
    return { limit: Number(limit), used: await countRootInotify() };
  }

  async findProgram(name: string): Promise<string | null> {
    return (await findProgram(name, this.#searchPath)) ?? null;
  }

  async readText(path: string): Promise<string | null> {
    return readFile(path, 'utf8').catch(ifAbsent(null, ...HIDDEN, 'ENOTDIR', 'EISDIR'));
  }
}

async function countRootInotify(): Promise<number> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const counts = await Promise.all(processes.map(async (id) => ((await isRoots(id)) ? inotifyOf(id) : 0)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function isRoots(id: string): Promise<boolean> {
  return /^Uid:\s+0\s/m.test(await readFile(`/proc/${id}/status`, 'utf8').catch(ifAbsent('', ...HIDDEN)));
}

/** Processes and files come and go while they are counted; what is gone does not count. */
async function inotifyOf(id: string): Promise<number> {
  const files = await readdir(`/proc/${id}/fd`).catch(ifAbsent([], ...HIDDEN));
  const targets = await Promise.all(
    files.map((file) => readlink(`/proc/${id}/fd/${file}`).catch(ifAbsent('', ...HIDDEN))),
  );
  return targets.filter((target) => target === 'anon_inode:inotify').length;
}
