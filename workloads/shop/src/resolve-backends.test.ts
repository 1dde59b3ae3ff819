import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveByDns } from './resolve-backends.ts';

/** A name server that answers every question for A records with what it is told, to be kept for an hour. */
class NameServer {
  addresses: readonly string[] = [];
  asked = 0;
  readonly #socket: Socket = createSocket('udp4');

  async listen(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.on('message', (query, from) => {
      this.asked += 1;
      this.#socket.send(this.#answer(query), from.port, from.address);
    });
    this.#socket.bind(0, '127.0.0.1', resolve);
    await promise;
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): void {
    this.#socket.close();
  }

  #answer(query: Buffer): Buffer {
    const endOfName = query.indexOf(0, 12) + 1;
    const question = query.subarray(12, endOfName + 4);
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8400, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(this.addresses.length, 6);
    header.writeUInt32BE(0, 8);
    return Buffer.concat([header, question, ...this.addresses.map(recordOf)]);
  }
}

function recordOf(address: string): Buffer {
  const head = Buffer.from('c00c00010001', 'hex');
  const rest = Buffer.alloc(6);
  rest.writeUInt32BE(3600, 0);
  rest.writeUInt16BE(4, 4);
  return Buffer.concat([head, rest, Buffer.from(address.split('.').map(Number))]);
}

let server: NameServer;
let address: string;
beforeEach(async () => {
  server = new NameServer();
  address = await server.listen();
});
afterEach(() => server.close());

describe('resolveByDns', () => {
  it('names a back end for every address', async () => {
    server.addresses = ['10.0.0.1', '10.0.0.2'];
    const backends = await resolveByDns('shop-back.shop', 8080, [address])();
    expect(backends.map((each) => each.replica).sort()).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(backends.every((each) => each.port === 8080)).toBe(true);
  });

  it('asks anew each time, whatever time to live the last answer had', async () => {
    const resolve = resolveByDns('shop-back.shop', 8080, [address]);
    server.addresses = ['10.0.0.1', '10.0.0.2'];
    await resolve();
    server.addresses = ['10.0.0.2'];
    expect((await resolve()).map((each) => each.replica)).toEqual(['10.0.0.2']);
    expect(server.asked).toBe(2);
  });

  it('takes a name without addresses for nobody', async () => {
    expect(await resolveByDns('shop-back.shop', 8080, [address])()).toEqual([]);
  });

  it('does not take silence for nobody', async () => {
    server.close();
    server = new NameServer();
    await server.listen();
    await expect(resolveByDns('shop-back.shop', 8080, [address])()).rejects.toThrow();
  });
});
