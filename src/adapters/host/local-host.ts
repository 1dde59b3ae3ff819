import { constants } from 'node:fs';
import { access, readFile, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, freemem } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Host } from '../../ports/host.ts';

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
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) throw error;
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

  async findProgram(name: string): Promise<string | null> {
    for (const folder of this.#searchPath.split(delimiter).filter((each) => each !== '')) {
      const candidate = join(folder, name);
      if (await isExecutable(candidate)) return candidate;
    }
    return null;
  }

  async readText(path: string): Promise<string | null> {
    return readFile(path, 'utf8').catch(() => null);
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
