import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { TestAuthority } from '../../../test/fixtures/certificates.ts';
import { NO_CREDENTIALS } from './authorization.ts';
import { HttpClient } from './http-client.ts';

const dir = mkdtempSync(join(tmpdir(), 'healproof-http-'));
afterAll(() => rmSync(dir, { recursive: true }));
let open: Server | null = null;
afterEach(() => {
  open?.closeAllConnections();
  open?.close();
});

async function serve(answer: RequestListener): Promise<string> {
  open = createServer(answer);
  await once(open.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(open.address() as AddressInfo).port}`;
}

const soon = (): AbortSignal => AbortSignal.timeout(5_000);

describe('a client of one other side', () => {
  it('sends what it is given and gives what it gets, whatever the status', async () => {
    const url = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.writeHead(418, { 'x-method': request.method }).end(`${request.headers['x-mine']} ${body}`);
    });
    using client = new HttpClient(async () => ({ headers: { 'x-mine': 'yes' }, tls: {} }));
    const answer = await client.send({ url, method: 'POST', body: 'ünï', signal: soon() });
    expect(answer).toMatchObject({ status: 418, text: 'yes ünï', headers: { 'x-method': 'POST' } });
  });

  it.each(['DELETE', 'PATCH'] as const)(
    'sends a body with %s so that its end is known, and the connection is good for more',
    async (method) => {
      const bodies: string[] = [];
      const url = await serve(async (request, response) => {
        let body = '';
        for await (const chunk of request) body += chunk;
        bodies.push(body);
        response.end();
      });
      using client = new HttpClient(NO_CREDENTIALS);
      for (const body of ['one', 'zwölf']) await client.send({ url, method, body, signal: soon() });
      expect(bodies).toEqual(['one', 'zwölf']);
    },
  );

  it('takes a redirect for an answer', async () => {
    const url = await serve((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    using client = new HttpClient(NO_CREDENTIALS);
    expect((await client.send({ url, signal: soon() })).status).toBe(302);
  });

  it('keeps its connection', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    using client = new HttpClient(NO_CREDENTIALS);
    for (let asked = 0; asked < 3; asked += 1) await client.send({ url, signal: soon() });
    expect(ports.size).toBe(1);
  });

  it('says why there is no answer', async () => {
    using client = new HttpClient(NO_CREDENTIALS);
    await expect(client.send({ url: 'http://localhost:9', signal: soon() })).rejects.toThrow('ECONNREFUSED');
    const url = await serve((_request, response) => response.destroy());
    await expect(client.send({ url, signal: soon() })).rejects.toThrow('hang up');
    const cut = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy());
    });
    await expect(client.send({ url: cut, signal: soon() })).rejects.toThrow('aborted');
  });

  it('gives up with the reason of the signal', async () => {
    const url = await serve(() => undefined);
    using client = new HttpClient(NO_CREDENTIALS);
    const stop = new AbortController();
    const asked = client.send({ url, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await expect(client.send({ url, signal: AbortSignal.timeout(20) })).rejects.toThrow('timeout');
    await expect(client.send({ url, signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  it('shows a certificate that was exchanged meanwhile', async () => {
    const authority = new TestAuthority(dir);
    const { cert, key } = authority.issue('server');
    const shown: string[] = [];
    const server = createTlsServer({ cert, key, ca: authority.pair.cert, requestCert: true }, (request, response) => {
      shown.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
      response.end();
    });
    open = server;
    await once(server.listen(0, '127.0.0.1'), 'listening');
    let client = authority.issue('first');
    using asking = new HttpClient(async () => ({
      headers: {},
      tls: { ca: authority.pair.cert, cert: client.cert, key: client.key },
    }));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await asking.send({ url, signal: soon() });
    client = authority.issue('second');
    await asking.send({ url, signal: soon() });
    expect(shown).toEqual(['first', 'second']);
  });
});
