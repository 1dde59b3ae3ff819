import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubernetesError, UsageError } from '../../errors.ts';

/** A service reached through the API server, with the rights of a kubeconfig. */
export interface ServiceProxy {
  readonly url: string;
  authorize(): Promise<{
    readonly headers: Readonly<Record<string, string>>;
    readonly tls: Pick<ProxyTls, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;
  }>;
}

interface ProxyTls {
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
}

const SERVICE = /^(?:(https?):)?([a-z0-9-]+)\/([a-z0-9-]+):([a-z0-9-]+)$/;

/** @param service `namespace/name:port`, with `https:` before it where the service itself speaks TLS. */
export function serviceProxy(config: KubeConfig, service: string): ServiceProxy {
  const [, scheme = '', namespace, name, port] = SERVICE.exec(service) ?? [];
  if (namespace === undefined) throw new UsageError(`${service} is no service: expected namespace/name:port`);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new KubernetesError('the kubeconfig names no cluster', undefined);
  const server = cluster.server.replace(/\/$/, '');
  const target = scheme === 'https' ? `https:${name}:${port}` : `${name}:${port}`;
  return {
    url: `${server}/api/v1/namespaces/${namespace}/services/${target}/proxy`,
    authorize: async () => {
      const options: RequestOptions = { headers: {} };
      await config.applyToHTTPSOptions(options);
      const { ca, cert, key, servername, rejectUnauthorized } = options as ProxyTls;
      return { headers: headersOf(options), tls: { ca, cert, key, servername, rejectUnauthorized } };
    },
  };
}

function headersOf({ headers, auth }: RequestOptions): Record<string, string> {
  const given = Object.entries((headers ?? {}) as Readonly<Record<string, unknown>>);
  const texts = given.map(([name, value]): [string, string] => [name, String(value)]);
  const basic = typeof auth === 'string' ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  return { ...Object.fromEntries(texts), ...basic };
}
