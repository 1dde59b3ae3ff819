import { describe, expect, it } from 'vitest';
import { KubernetesError } from '../../errors.ts';
import type { ApiAnswer, Connection } from './connection.ts';
import { getThroughProxy } from './service-proxy.ts';

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
