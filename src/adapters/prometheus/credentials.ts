import { readFile } from 'node:fs/promises';
import { MetricsError, messageOf } from '../../errors.ts';
import type { Authorize } from '../http/authorization.ts';
import { HttpClient } from '../http/http-client.ts';

/** Paths of files; never what is in them. */
export interface CredentialFiles {
  readonly bearerTokenFile: string | null;
  /** Trusted instead of the system's authorities. */
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

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

/** HTTP status of one page, asked for as every query is. */
export async function statusOf(url: string, authorize: Authorize, signal: AbortSignal): Promise<number> {
  using client = new HttpClient(authorize);
  return (await client.send({ url, signal })).status;
}
