import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { inClusterAccess } from './in-cluster.ts';
import { loadKubeConfig } from './kube-config.ts';

const dir = mkdtempSync(join(tmpdir(), 'healproof-kubeconfig-'));
afterAll(() => rmSync(dir, { recursive: true }));

function write(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return name;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function load(cluster: object, user: object | null) {
  const file = {
    'current-context': 'own',
    clusters: [{ name: 'own', cluster: { server: 'https://api.example:6443/', ...cluster } }],
    users: [{ name: 'kim', user }],
    contexts: [{ name: 'own', context: { cluster: 'own', user: 'kim' } }],
  };
  return loadKubeConfig(join(dir, write('kubeconfig', stringify(file))));
}

/** A program that prints what kubectl's credential plugins print. */
const plugin = (status: object) => ({
  apiVersion: 'client.authentication.k8s.io/v1',
  command: process.execPath,
  args: ['-e', `console.log(${JSON.stringify(JSON.stringify({ kind: 'ExecCredential', status }))})`],
});

describe('the credentials of a kubeconfig', () => {
  it.each([
    ['a token', { token: 'abc' }, { headers: { authorization: 'Bearer abc' } }],
    [
      'data',
      { 'client-certificate-data': base64('C'), 'client-key-data': base64('K') },
      { tls: { cert: 'C', key: 'K' } },
    ],
    [
      'files beside it',
      { 'client-certificate': write('kim.crt', 'C'), 'client-key': write('kim.key', 'K') },
      { tls: { cert: 'C', key: 'K' } },
    ],
    [
      'somebody to act as',
      { token: 'a', as: 'jo' },
      { headers: { authorization: 'Bearer a', 'impersonate-user': 'jo' } },
    ],
    ['a password', { username: 'kim', password: 'x' }, { headers: { authorization: `Basic ${base64('kim:x')}` } }],
    ['a program', { exec: plugin({ token: 'got' }) }, { headers: { authorization: 'Bearer got' } }],
  ])('are shown where it holds %s', async (_what, user, shown) => {
    expect(await load({}, user).authorize()).toMatchObject(shown);
  });

  it('are none where it holds none', async () => {
    expect(await load({}, null).authorize()).toMatchObject({ headers: {} });
  });

  it('are read anew: tokens are exchanged while a run goes on', async () => {
    const access = load({}, { tokenFile: write('token', 'first\n') });
    expect((await access.authorize()).headers).toEqual({ authorization: 'Bearer first' });
    write('token', 'second\n');
    expect((await access.authorize()).headers).toEqual({ authorization: 'Bearer second' });
  });

  it('come with whom to trust', async () => {
    const trusting = { 'certificate-authority-data': base64('CA'), 'tls-server-name': 'api' };
    const { server, authorize } = load(trusting, { token: 'a' });
    expect(server).toBe('https://api.example:6443');
    expect((await authorize()).tls).toMatchObject({ ca: 'CA', servername: 'api', rejectUnauthorized: undefined });
    const careless = await load({ 'insecure-skip-tls-verify': true }, {}).authorize();
    expect(careless.tls.rejectUnauthorized).toBe(false);
  });

  it('are not sent unencrypted unless that is said', async () => {
    const server = 'http://api.example:8080';
    await expect(load({ server }, { token: 'a' }).authorize()).rejects.toThrow('not encrypted');
    await expect(load({ server, 'insecure-skip-tls-verify': true }, {}).authorize()).resolves.toBeDefined();
  });

  it('go through a proxy where it names one', async () => {
    const { agent, headers } = await load({ 'proxy-url': 'http://proxy.example:3128' }, { token: 'a' }).authorize();
    expect(agent).toBeDefined();
    expect(headers).toEqual({ authorization: 'Bearer a' });
  });
});

it('a pod shows its service account, whatever kind of address the API server has', async () => {
  write('token', 'of the pod\n');
  write('ca.crt', 'CA');
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
  const { server, authorize } = inClusterAccess(env, dir);
  expect(server).toBe('https://[fd00::1]:6443');
  expect(await authorize()).toEqual({ headers: { authorization: 'Bearer of the pod' }, tls: { ca: 'CA' } });
});
