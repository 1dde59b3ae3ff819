// After `helm uninstall`: removes what Helm does not, the Leases that the replicas made and the pod of `helm test`.
import { readFileSync } from 'node:fs';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const { NAMESPACE, TEST_POD, TOKEN_FILE = `${ACCOUNT}/token` } = process.env;
const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
const TIMEOUT_MS = 5_000;
const server = `https://${host}:${port}`;
const leases = `${server}/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`;
const testPod = `${server}/api/v1/namespaces/${NAMESPACE}/pods/${TEST_POD}`;
const token = readFileSync(TOKEN_FILE, 'utf8').trim();

async function call(method, url, wanted) {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await response.text();
  if (!wanted.includes(response.status)) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

const { items } = await call('GET', `${leases}?labelSelector=healproof.dev%2Frole%3Dhealer-lease`, [200]);
await Promise.all(items.map(({ metadata }) => call('DELETE', `${leases}/${metadata.name}`, [200, 404])));
await call('DELETE', testPod, [200, 202, 404]);
process.stdout.write(`removed ${items.length} Leases\n`);
