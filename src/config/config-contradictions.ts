import type { SettingValues } from './config-schemas.ts';

/** Settings that are fine one by one and make no sense together: sentences. */
export function contradictions(values: SettingValues): string[] {
  const problems: string[] = [];
  const url = values['prometheus.url'];
  const service = values['prometheus.service'];
  const certificate = values['prometheus.clientCertificate'];
  const key = values['prometheus.clientKey'];
  const token = values['prometheus.bearerTokenFile'];
  if (url !== undefined && service !== undefined)
    problems.push('prometheus.url and prometheus.service: there can be only one way to Prometheus');
  if ((certificate === undefined) !== (key === undefined))
    problems.push('prometheus.clientCertificate and prometheus.clientKey need each other');
  if (token !== undefined && url !== undefined && !isPrivate(url))
    problems.push(`prometheus.bearerTokenFile: the token would cross the network readable by all; ${url} is not https`);
  if (url === undefined && [token, certificate, values['prometheus.ca']].some((each) => each !== undefined))
    problems.push('credentials for Prometheus need prometheus.url; through the API server the kubeconfig lets in');
  return [...problems, ...contextProblems(values)];
}

/** A cluster that is not ours is used only where its name was said twice, and only where it was said to be allowed. */
function contextProblems(values: SettingValues): string[] {
  const context = values['cluster.context'];
  const allowed = values['cluster.allowContext'];
  if (context === undefined)
    return allowed === undefined ? [] : ['cluster.allowContext is of use only with cluster.context'];
  const problems: string[] = [];
  if (allowed !== context)
    problems.push(
      `cluster.context: ${context} is not the lab; say --allow-context ${context} as well if faults may be injected there`,
    );
  if ((values['cluster.namespaces'] ?? []).length === 0)
    problems.push(`cluster.namespaces: name the namespaces of ${context} that scenarios may touch`);
  if (values['prometheus.url'] === undefined && values['prometheus.service'] === undefined)
    problems.push(`prometheus.url or prometheus.service: ${context} needs a Prometheus to judge by`);
  return problems;
}

function isPrivate(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
