// `helm test`: asks the healer how it is, and the API server whether it may do what it is there for. Says all that is
// wrong, one line each; says nothing about how well it heals.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const { HEALER_URL, RIGHTS, TOKEN_FILE = `${ACCOUNT}/token` } = process.env;
const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
const TIMEOUT_MS = 5_000;
// A NetworkPolicy lets a new pod through only when the network has heard of it.
const CONNECTED_BY_MS = Date.now() + 15_000;
const AGAIN_AFTER_MS = 250;
const METRICS = ['healer_shards', 'healer_policies', 'healer_queue_depth', 'healer_watch_age_seconds'];

async function ask(url, options = {}) {
  try {
    const response = await fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.status, text: (await response.text()).trim() };
  } catch (error) {
    if (Date.now() > CONNECTED_BY_MS) throw error;
  }
  await pause(AGAIN_AFTER_MS);
  return ask(url, options);
}

async function readiness() {
  const { status, text } = await ask(`${HEALER_URL}/readyz`);
  return status === 200 ? [] : [`/readyz says ${status}: ${text}`];
}

async function metrics() {
  const { status, text } = await ask(`${HEALER_URL}/metrics`);
  if (status !== 200) return [`/metrics says ${status}: ${text}`];
  const names = new Set(text.split('\n').map((line) => /^\w+/.exec(line)?.[0]));
  return METRICS.filter((name) => !names.has(name)).map((name) => `/metrics does not have ${name}`);
}

async function right(wanted) {
  const token = readFileSync(TOKEN_FILE, 'utf8').trim();
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' };
  const { status, text } = await ask(`https://${host}:${port}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...review, spec: { resourceAttributes: wanted } }),
  });
  if (status !== 201) return [`the API server says ${status} when asked about rights: ${text}`];
  const { verb, group, resource, subresource, namespace } = wanted;
  const place = namespace === undefined ? 'in every namespace' : `in namespace ${namespace}`;
  const object = group === '' ? resource : `${resource}.${group}`;
  const what = subresource === undefined ? object : `${object}/${subresource}`;
  return JSON.parse(text).status.allowed === true ? [] : [`the healer may not ${verb} ${what} ${place}`];
}

const checks = [readiness, metrics, ...JSON.parse(RIGHTS).map((wanted) => () => right(wanted))];
const results = await Promise.allSettled(checks.map((check) => check()));
const problems = results.flatMap((each) =>
  each.status === 'fulfilled' ? each.value : [`${each.reason.message}: ${each.reason.cause?.message ?? ''}`],
);
for (const problem of new Set(problems)) process.stdout.write(`${problem}\n`);
if (problems.length === 0) process.stdout.write(`ready, with metrics and ${checks.length - 2} rights\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
