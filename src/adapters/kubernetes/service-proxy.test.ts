import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { TestAuthority } from '../../../test/fixtures/certificates.ts';
import { SecurePrometheus } from '../../../test/fixtures/secure-prometheus.ts';
import { KubernetesError, PreflightError, UsageError } from '../../errors.ts';
import { PrometheusSource } from '../prometheus/prometheus-source.ts';
import type { ApiAnswer, Connection } from './connection.ts';
import { loadKubeConfig } from './kube-config.ts';
import { getThroughProxy, serviceProxy } from './service-proxy.ts';

const dir = mkdtempSync(join(tmpdir(), 'healproof-proxy-'));
afterAll(() => rmSync(dir, { recursive: true }));
const authority = new TestAuthority(dir);
const server = authority.issue('server');
const client = authority.issue('kim');
const prefix = '/api/v1/namespaces/monitoring/services/prometheus:9090/proxy';

function kubeconfig(url: string, user: object): string {
  const path = join(dir, 'kubeconfig');
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'other',
    clusters: [
      { name: 'staging', cluster: { server: url, 'certificate-authority': authority.pair.certFile } },
      { name: 'other', cluster: { server: 'https://127.0.0.1:1' } },
    ],
    users: [{ name: 'kim', user }],
    contexts: [
      { name: 'staging', context: { cluster: 'staging', user: 'kim' } },
      { name: 'other', context: { cluster: 'other', user: 'kim' } },
    ],
  };
  writeFileSync(path, stringify(document));
  return path;
}

function sampleThrough(path: string) {
  const { url, authorize } = serviceProxy(loadKubeConfig(path, 'staging'), 'monitoring/prometheus:9090');
  return new PrometheusSource(url, authorize).sample('up', 1_700_000_000_000);
}

describe('a Prometheus through the API server', () => {
  it('is asked with the token of the kubeconfig, in the context that was named', async () => {
    await using api = await SecurePrometheus.start(server, { token: 'kim-1', prefix });
    expect(await sampleThrough(kubeconfig(api.url, { token: 'kim-1' }))).toMatchObject({ value: 1, problem: null });
    expect(api.asked).toEqual([`${prefix}/api/v1/query`]);
  });

  it('is asked with the certificate of the kubeconfig', async () => {
    await using api = await SecurePrometheus.start(server, { clientCa: authority.pair.cert, prefix });
    const user = { 'client-certificate': client.certFile, 'client-key': client.keyFile };
    expect(await sampleThrough(kubeconfig(api.url, user))).toMatchObject({ value: 1, problem: null });
  });

  it('gives no value to a stranger', async () => {
    await using api = await SecurePrometheus.start(server, { token: 'kim-1', prefix });
    expect(await sampleThrough(kubeconfig(api.url, { token: 'else' }))).toMatchObject({ problem: 'QUERY_FAILED' });
  });

  it('needs a service by namespace, name and port', () => {
    const config = loadKubeConfig(kubeconfig('https://127.0.0.1:1', {}), 'staging');
    expect(() => serviceProxy(config, 'prometheus')).toThrow(UsageError);
    expect(serviceProxy(config, 'https:monitoring/prometheus:web').url).toContain(
      '/services/https:prometheus:web/proxy',
    );
  });
});

it('a context that the kubeconfig does not have is refused by name', () => {
  const path = kubeconfig('https://127.0.0.1:1', {});
  expect(() => loadKubeConfig(path, 'production')).toThrow(PreflightError);
  expect(() => loadKubeConfig(path, 'production')).toThrow(/no context production/);
});

const ADDRESS = { namespace: 'shop', name: 'front', port: '8080', path: '/health?deep=1' };

function serverThat(answer: Partial<ApiAnswer> | Error): Connection & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    server: 'https://x',
    asked,
    send: async ({ path }) => {
      asked.push(path);
      if (answer instanceof Error) throw answer;
      return { status: 200, headers: {}, text: '', ...answer };
    },
  };
}

const own = (message: string) => JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message });

describe('getThroughProxy', () => {
  it('asks the Service by its port', async () => {
    const connection = serverThat({ text: 'ok' });
    expect(await getThroughProxy(connection, ADDRESS, 500)).toEqual({ kind: 'answer', status: 200, body: 'ok' });
    expect(connection.asked).toEqual(['/api/v1/namespaces/shop/services/front:8080/proxy/health?deep=1']);
  });

  it.each([
    ['an error of the service itself', { status: 503, text: 'busy' }, 'answer'],
    ['no endpoint that answers', { status: 503, text: own('no endpoints available for service "front"') }, 'silence'],
    ['no such Service', { status: 404, text: own('services "front" not found') }, 'unknown'],
    ['no right to ask', { status: 403, text: own('forbidden') }, 'unknown'],
    ['no API server', new KubernetesError('no answer', undefined), 'unknown'],
  ])('tells %s from the rest', async (_what, answer, kind) => {
    expect((await getThroughProxy(serverThat(answer), ADDRESS, 500)).kind).toBe(kind);
  });
});
