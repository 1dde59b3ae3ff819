import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LocalHost } from './local-host.ts';

const host = new LocalHost('/nowhere:/bin');

it('tells memory and disk, also of folders that do not exist yet', async () => {
  expect(await host.availableMemoryBytes()).toBeGreaterThan(0);
  const here = await host.freeDiskBytes(import.meta.dirname);
  expect(Math.abs((await host.freeDiskBytes(join(import.meta.dirname, 'a/b/c'))) - here)).toBeLessThan(1e9);
});

it('tells a free port from one that is in use', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await host.isPortFree('127.0.0.1', port)).toBe(false);
  await new Promise((resolve) => server.close(resolve));
  expect(await host.isPortFree('127.0.0.1', port)).toBe(true);
});

it('finds programs, and nothing where there is none', async () => {
  expect(await host.findProgram('sh')).toBe('/bin/sh');
  expect(await host.findProgram('no-such-program')).toBeNull();
  expect(await host.readText('/no/such/file')).toBeNull();
});

it.runIf(process.platform === 'linux' && process.getuid?.() === 0)('counts inotify instances', async () => {
  const inotify = await host.inotify();
  expect(inotify?.limit).toBeGreaterThan(0);
  expect(inotify?.used).toBeGreaterThanOrEqual(0);
});
