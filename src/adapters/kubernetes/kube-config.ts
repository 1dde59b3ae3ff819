import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { KubernetesError, PreflightError } from '../../errors.ts';
import type { Authorization } from '../http/authorization.ts';
import type { ApiAccess } from './api-access.ts';
import { authorizeByLibrary } from './library-credentials.ts';

interface Named {
  readonly name: string;
}
interface Cluster {
  readonly server: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'tls-server-name'?: string;
  readonly 'proxy-url'?: string;
}
interface User {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly as?: string;
  readonly exec?: unknown;
  readonly 'auth-provider'?: unknown;
  readonly username?: string;
}
interface KubeConfigFile {
  readonly clusters?: readonly (Named & { readonly cluster: Cluster })[];
  readonly contexts?: readonly (Named & { readonly context: { readonly cluster: string; readonly user?: string } })[];
  readonly users?: readonly (Named & { readonly user?: User })[];
  readonly 'current-context'?: string;
}

/** The way to an API server that a kubeconfig describes. @throws PreflightError for a context that it does not have. */
export function loadKubeConfig(path: string, context?: string): ApiAccess {
  const file = (parse(readFileSync(path, 'utf8')) ?? {}) as KubeConfigFile;
  const name = context ?? file['current-context'];
  const found = file.contexts?.find((each) => each.name === name)?.context;
  if (context !== undefined && found === undefined) throw noContext(path, context, file);
  const cluster = file.clusters?.find((each) => each.name === found?.cluster)?.cluster;
  if (cluster === undefined) throw new KubernetesError('the kubeconfig names no cluster', undefined);
  const user = file.users?.find((each) => each.name === found?.user)?.user ?? {};
  const authorize = isPlain(cluster, user)
    ? () => plainAuthorization(cluster, user, dirname(path))
    : authorizeByLibrary(path, name ?? '');
  return { server: cluster.server.replace(/\/$/, ''), authorize };
}

function noContext(path: string, context: string, { contexts = [] }: KubeConfigFile): PreflightError {
  const hint = `It has: ${contexts.map(({ name }) => name).join(', ')}.`;
  return new PreflightError(`${path} has no context ${context}`, { hint });
}

/** What is written down can be shown as it is; programs, providers and proxies are left to the library, which takes a second to load. */
function isPlain(cluster: Cluster, user: User): boolean {
  return [cluster['proxy-url'], user.exec, user['auth-provider'], user.username].every((each) => each == null);
}

async function plainAuthorization(cluster: Cluster, user: User, folder: string): Promise<Authorization> {
  const isSkipped = cluster['insecure-skip-tls-verify'] === true;
  if (cluster.server.startsWith('http:') && !isSkipped)
    throw new KubernetesError(`${cluster.server} is not encrypted: say insecure-skip-tls-verify to use it`, undefined);
  const read = async (file: string | undefined, data: string | undefined): Promise<string | undefined> => {
    if (file !== undefined) return readFile(resolve(folder, file), 'utf8');
    return data === undefined ? undefined : Buffer.from(data, 'base64').toString();
  };
  const [ca, cert, key, tokenText] = await Promise.all([
    read(cluster['certificate-authority'], cluster['certificate-authority-data']),
    read(user['client-certificate'], user['client-certificate-data']),
    read(user['client-key'], user['client-key-data']),
    user.token ?? read(user.tokenFile, undefined),
  ]);
  return {
    headers: {
      ...(tokenText === undefined ? {} : { authorization: `Bearer ${tokenText.trim()}` }),
      ...(user.as === undefined ? {} : { 'impersonate-user': user.as }),
    },
    tls: { ca, cert, key, servername: cluster['tls-server-name'], rejectUnauthorized: isSkipped ? false : undefined },
  };
}
