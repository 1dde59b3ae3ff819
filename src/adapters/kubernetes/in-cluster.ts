import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiAccess } from './api-access.ts';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The service account of the pod that this runs in; its token is exchanged every hour or so. */
export function inClusterAccess(env: NodeJS.ProcessEnv = process.env, account: string = ACCOUNT): ApiAccess {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    authorize: async () => {
      const [token, ca] = await Promise.all(['token', 'ca.crt'].map((name) => readFile(join(account, name), 'utf8')));
      return { headers: { authorization: `Bearer ${token?.trim()}` }, tls: { ca } };
    },
  };
}
