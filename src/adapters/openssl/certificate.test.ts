import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, it } from 'vitest';
import { run } from '../process/command.ts';
import { issueCertificate } from './certificate.ts';

const HOST = 'healer-alerts.healproof-system.svc';

it('says what to install where openssl is missing', async () => {
  await expect(issueCertificate(run, HOST, '/nowhere')).rejects.toThrow(/openssl is not on PATH/);
});

it('makes a server whom those believe who know its authority, under its name only', async () => {
  const { authority, certificate, key } = await issueCertificate(run, HOST);
  expect(new X509Certificate(certificate).checkHost(HOST)).toBe(HOST);
  const server = createServer({ cert: certificate, key }, (socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const meet = async (servername: string, ca: string): Promise<unknown> => {
    const socket = connect({ host: '127.0.0.1', port, servername, ca });
    return once(socket, 'secureConnect').then(
      () => 'believed',
      (error: NodeJS.ErrnoException) => error.code,
    );
  };
  expect(await meet(HOST, authority)).toBe('believed');
  expect(await meet('other.svc', authority)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  const stranger = await issueCertificate(run, HOST);
  expect(await meet(HOST, stranger.authority)).not.toBe('believed');
  server.close();
});
