import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Authorization, Authorize } from '../http/authorization.ts';

type Tls = Authorization['tls'];

/** Credentials that are got by a program or from a provider, and clusters behind a proxy. */
export function authorizeByLibrary(path: string, context: string): Authorize {
  let loaded: Promise<KubeConfig> | undefined;
  return async () => {
    loaded ??= load(path, context);
    const config = await loaded;
    const options: RequestOptions = { headers: {} };
    await config.applyToHTTPSOptions(options);
    const { ca, cert, key, servername, rejectUnauthorized } = options as Tls;
    const isProxied = config.getCurrentCluster()?.proxyUrl !== undefined;
    return {
      headers: headersOf(options),
      tls: { ca, cert, key, servername, rejectUnauthorized },
      ...(isProxied ? { agent: options.agent as Agent } : {}),
    };
  };
}

async function load(path: string, context: string): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(path);
  config.setCurrentContext(context);
  return config;
}

function headersOf({ headers, auth }: RequestOptions): Record<string, string> {
  const given = Object.entries((headers ?? {}) as Readonly<Record<string, unknown>>);
  const texts = given.map(([name, value]): [string, string] => [name.toLowerCase(), String(value)]);
  const basic = typeof auth === 'string' ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  return { ...Object.fromEntries(texts), ...basic };
}
