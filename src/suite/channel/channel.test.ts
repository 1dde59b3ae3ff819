import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChannelClient } from './channel-client.ts';
import { ChannelServer } from './channel-server.ts';
import { messageReader, type WorkerMessage } from './protocol.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'healproof-channel-'));
});
afterEach(() => rm(folder, { recursive: true }));
const socket = () => join(folder, 's');
const note = (message: string): WorkerMessage => ({ type: 'event', event: { type: 'note', atMs: 1, message } });

describe('the channel between a run and the process that started it', () => {
  it('hands over messages in order, whatever the chunks', () => {
    const heard: unknown[] = [];
    const read = messageReader((message) => heard.push(message));
    for (const chunk of ['{"a":1}\n{"b"', ':2}', '\n{"c":3}\n{']) read(chunk);
    expect(heard).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
  });

  it('has delivered everything once the worker has closed its end', async () => {
    const heard: WorkerMessage[] = [];
    const last = Promise.withResolvers<void>();
    await using _server = await ChannelServer.listen(socket(), (message) => {
      heard.push(message);
      if (heard.length === 50) last.resolve();
    });
    const client = await ChannelClient.connect(socket());
    for (let index = 0; index < 50; index += 1) client.send(note(`${index}`));
    await client[Symbol.asyncDispose]();
    await last.promise;
    expect(heard).toEqual(Array.from({ length: 50 }, (_, index) => note(`${index}`)));
    expect(client.signal.aborted).toBe(false);
  });

  it('tells the worker to stop', async () => {
    await using server = await ChannelServer.listen(socket(), () => undefined);
    await using client = await ChannelClient.connect(socket());
    server.abort('Ctrl-C');
    await once(client.signal, 'abort');
    expect(client.signal.reason).toMatchObject({ code: 'ABORTED', message: 'Ctrl-C' });
  });

  it('has told a worker that connects later before it can begin', async () => {
    await using server = await ChannelServer.listen(socket(), () => undefined);
    server.abort('Ctrl-C');
    await using client = await ChannelClient.connect(socket());
    expect(client.signal.aborted).toBe(true);
  });

  it('stops the worker when the other side is gone', async () => {
    const server = await ChannelServer.listen(socket(), () => undefined);
    await using client = await ChannelClient.connect(socket());
    const stopped = once(client.signal, 'abort');
    await server[Symbol.asyncDispose]();
    await stopped;
    expect(client.signal.reason).toMatchObject({ message: expect.stringContaining('gone') });
  });
});
