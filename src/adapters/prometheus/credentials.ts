import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { Agent, get } from 'node:https';
import { MetricsError, messageOf } from '../../errors.ts';

/** What a request carries so that the other side believes who asks, and what it takes to believe the other side. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: {
    readonly ca?: string | Buffer | undefined;
    readonly cert?: string | Buffer | undefined;
    readonly key?: string | Buffer | undefined;
    readonly servername?: string | undefined;
    readonly rejectUnauthorized?: boolean | undefined;
  };
}

/** Asked anew for every request: tokens and certificates are exchanged while a run goes on. */
export type Authorize = () => Promise<Authorization>;

/** Paths of files; never what is in them. */
export interface CredentialFiles {
  readonly bearerTokenFile: string | null;
  /** Trusted instead of the system's authorities. */
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

/** Shows nothing and trusts whom the system trusts. */
export const NO_CREDENTIALS: Authorize = async () => ({ headers: {}, tls: {} });

export function fileCredentials(files: CredentialFiles): Authorize {
  return async () => {
    const [token, ca, cert, key] = await Promise.all(
      [files.bearerTokenFile, files.caFile, files.certFile, files.keyFile].map(readIfNamed),
    );
    const headers = token === undefined ? {} : { authorization: `Bearer ${token.trim()}` };
    return { headers, tls: { ca, cert, key } };
  };
}

async function readIfNamed(path: string | null): Promise<string | undefined> {
  if (path === null) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (error: unknown) {
    throw new MetricsError(`the credentials for Prometheus cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** One pool of connections for as long as the certificates stay the same. */
export class AgentPool {
  #tls = '';
  #agent = new Agent({ keepAlive: true });

  agentFor({ tls }: Authorization): Agent {
    const text = JSON.stringify(tls);
    if (text === this.#tls) return this.#agent;
    this.#agent.destroy();
    this.#tls = text;
    this.#agent = new Agent({ keepAlive: true, ...withoutUndefined(tls) });
    return this.#agent;
  }
}

function withoutUndefined(tls: Authorization['tls']): object {
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
}

/** HTTP status of one page, asked for as every query is; its body is not read. */
export async function statusOf(url: string, authorize: Authorize, signal: AbortSignal): Promise<number> {
  const { headers, tls } = await authorize();
  const options = { headers, signal, agent: false } as const;
  const request = url.startsWith('https:')
    ? get(url, { ...options, ...withoutUndefined(tls) })
    : getPlain(url, options);
  const [response] = (await once(request, 'response', { signal })) as [IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}
