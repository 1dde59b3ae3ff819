import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { TestAuthority } from '../../../test/fixtures/certificates.ts';
import { SecurePrometheus } from '../../../test/fixtures/secure-prometheus.ts';
import { MetricsError } from '../../errors.ts';
import { type CredentialFiles, fileCredentials, statusOf } from './credentials.ts';
import { PrometheusSource } from './prometheus-source.ts';

const dir = mkdtempSync(join(tmpdir(), 'healproof-tls-'));
afterAll(() => rmSync(dir, { recursive: true }));
const authority = new TestAuthority(dir);
const stranger = new TestAuthority(dir, 'stranger');
const server = authority.issue('server');
const client = authority.issue('client');

const AT_MS = 1_700_000_000_000;
const caOnly: CredentialFiles = {
  bearerTokenFile: null,
  caFile: authority.pair.certFile,
  certFile: null,
  keyFile: null,
};

function tokenFile(token: string): string {
  const path = join(dir, 'token');
  writeFileSync(path, `${token}\n`);
  return path;
}

function sampleOf({ url }: SecurePrometheus, files: CredentialFiles) {
  return new PrometheusSource(url, fileCredentials(files)).sample('up', AT_MS);
}

describe('a Prometheus behind a private authority', () => {
  it('is believed with its certificate file', async () => {
    await using prometheus = await SecurePrometheus.start(server, {});
    expect(await sampleOf(prometheus, caOnly)).toMatchObject({ value: 1, problem: null });
  });

  it.each<[string, CredentialFiles]>([
    ['without it', { ...caOnly, caFile: null }],
    ['with that of another', { ...caOnly, caFile: stranger.pair.certFile }],
  ])('is not believed %s: a problem, never a value', async (_name, files) => {
    await using prometheus = await SecurePrometheus.start(server, {});
    expect(await sampleOf(prometheus, files)).toMatchObject({ value: null, problem: 'QUERY_FAILED' });
  });
});

describe('a Prometheus that asks for a bearer token', () => {
  it('gets the one in the file, also after it was exchanged', async () => {
    await using prometheus = await SecurePrometheus.start(server, { token: 'first-1' });
    const files = { ...caOnly, bearerTokenFile: tokenFile('first-1') };
    const source = new PrometheusSource(prometheus.url, fileCredentials(files));
    expect((await source.sample('up', AT_MS)).value).toBe(1);
    prometheus.token = 'second-2';
    expect((await source.sample('up', AT_MS)).problem).toBe('QUERY_FAILED');
    tokenFile('second-2');
    expect((await source.sample('up', AT_MS)).value).toBe(1);
  });

  it('is told the token and nobody else is: no error carries it', async () => {
    await using prometheus = await SecurePrometheus.start(server, { token: 'right' });
    const files = { ...caOnly, bearerTokenFile: tokenFile('very-secret-token-1') };
    const asked = new PrometheusSource(prometheus.url, fileCredentials(files)).version();
    const error: unknown = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MetricsError);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('very-secret-token-1');
  });

  it('gives no value where the file is not there', async () => {
    await using prometheus = await SecurePrometheus.start(server, { token: 'x' });
    const sample = await sampleOf(prometheus, { ...caOnly, bearerTokenFile: join(dir, 'nowhere') });
    expect(sample).toMatchObject({ value: null, problem: 'QUERY_FAILED', detail: expect.stringContaining('nowhere') });
  });
});

describe('a Prometheus that asks for a client certificate', () => {
  it('is shown the one in the files', async () => {
    await using prometheus = await SecurePrometheus.start(server, { clientCa: authority.pair.cert });
    const { certFile, keyFile } = client;
    expect((await sampleOf(prometheus, { ...caOnly, certFile, keyFile })).value).toBe(1);
  });

  it.each([
    ['none', null],
    ['one of a stranger', stranger.issue('intruder')],
  ] as const)('gives no value to %s', async (_name, pair) => {
    await using prometheus = await SecurePrometheus.start(server, { clientCa: authority.pair.cert });
    const files = { ...caOnly, certFile: pair?.certFile ?? null, keyFile: pair?.keyFile ?? null };
    expect(await sampleOf(prometheus, files)).toMatchObject({ value: null, problem: 'QUERY_FAILED' });
    expect(prometheus.asked).toEqual([]);
  });
});

it('readiness is asked with the same credentials', async () => {
  await using prometheus = await SecurePrometheus.start(server, { token: 'right' });
  const signal = AbortSignal.timeout(5_000);
  const files = { ...caOnly, bearerTokenFile: tokenFile('right') };
  expect(await statusOf(`${prometheus.url}/-/ready`, fileCredentials(files), signal)).toBe(200);
  expect(await statusOf(`${prometheus.url}/-/ready`, fileCredentials(caOnly), signal)).toBe(401);
});
