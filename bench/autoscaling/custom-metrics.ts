import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { ConsoleProgress } from '../../src/adapters/console/console-progress.ts';
import { terminalOptions } from '../../src/adapters/console/console-reporter.ts';
import type { Wait } from '../../src/adapters/process/wait.ts';
import { systemClock } from '../../src/adapters/system-clock/system-clock.ts';
import { sourceBuiltPart } from '../../src/compose/compose-images.ts';
import { loadConfig } from '../../src/config/config.ts';
import { REPO_ROOT } from '../../src/installation.ts';
import { waitUntil } from '../../src/runner/waiting/wait-until.ts';
import { TestAuthority } from '../../test/fixtures/certificates.ts';
import type { ApiServer } from '../../test/real-cluster/api-server.ts';

const HOST = '127.0.0.1';
const RULES = fileURLToPath(new URL('../../healer/rules/prometheus-adapter.yaml', import.meta.url));
const API = 'custom.metrics.k8s.io';

export interface MetricPrograms {
  readonly prometheus: string;
  readonly adapter: string;
}

/** Prometheus and prometheus-adapter out of the image build, which makes what is missing: minutes, once. */
export async function ensureMetricPrograms(): Promise<MetricPrograms> {
  const { cacheDir } = (await loadConfig({})).config;
  const wait: Wait = (what, look, options) => waitUntil(look, { clock: systemClock, what, ...options });
  const site = { cacheDir, repoRoot: REPO_ROOT, clock: systemClock, wait };
  const progress = new ConsoleProgress(terminalOptions(process.stderr, process.env));
  const options = { signal: new AbortController().signal, progress };
  const program = async (name: string): Promise<string> =>
    join(await sourceBuiltPart(name, site, options), 'bin', name);
  return { prometheus: await program('prometheus'), adapter: await program('prometheus-adapter') };
}

/** Flags that let an API server pass requests on to another one, which it shows who asked by a certificate. */
export function aggregationFlags(folder: string): string[] {
  const authority = new TestAuthority(folder, 'front-proxy-ca');
  const client = authority.issue('front-proxy-client');
  return [
    `--requestheader-client-ca-file=${authority.pair.certFile}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-username-headers=X-Remote-User',
    `--proxy-client-cert-file=${client.certFile}`,
    `--proxy-client-key-file=${client.keyFile}`,
  ];
}

export interface ScrapeTarget {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Prometheus, which scrapes what `targets` names, and prometheus-adapter behind the aggregation layer. */
export class CustomMetrics {
  readonly #children: ChildProcess[] = [];
  #discovery: Server | undefined;

  async start(server: ApiServer, programs: MetricPrograms, targets: () => readonly ScrapeTarget[]): Promise<void> {
    const { folder } = server;
    const [prometheusPort, adapterPort] = await Promise.all([freePort(), freePort()]);
    const discoveryPort = await this.#serveTargets(targets);
    const config = join(folder, 'prometheus.yaml');
    await writeFile(config, prometheusConfig(discoveryPort));
    const own = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'prometheus')}`];
    this.#launch(folder, programs.prometheus, [...own, `--web.listen-address=${HOST}:${prometheusPort}`]);
    const kubeconfig = await server.kubeConfigFile('adapter', 'admin-token');
    this.#launch(folder, programs.adapter, [
      ...['lister', 'authentication', 'authorization'].map((use) => `--${use}-kubeconfig=${kubeconfig}`),
      `--config=${RULES}`,
      `--prometheus-url=http://${HOST}:${prometheusPort}/`,
      '--metrics-relist-interval=5s',
      `--bind-address=${HOST}`,
      `--secure-port=${adapterPort}`,
      `--cert-dir=${join(folder, 'adapter')}`,
    ]);
    const objects = KubernetesObjectApi.makeApiClient(server.kubeConfig());
    for (const object of registration(adapterPort)) await objects.create(object);
  }

  async stop(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
    }
    this.#discovery?.close();
    this.#discovery?.closeAllConnections();
  }

  async #serveTargets(targets: () => readonly ScrapeTarget[]): Promise<number> {
    this.#discovery = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(targets()));
    });
    await new Promise<void>((resolve) => this.#discovery?.listen(0, HOST, resolve));
    return (this.#discovery.address() as AddressInfo).port;
  }

  #launch(folder: string, program: string, flags: readonly string[]): void {
    const log = openSync(join(folder, `${program.split('/').at(-1)}.log`), 'a');
    try {
      this.#children.push(spawn(program, flags, { stdio: ['ignore', log, log], cwd: folder }));
    } finally {
      closeSync(log);
    }
  }
}

function prometheusConfig(discoveryPort: number): string {
  const http_sd_configs = [{ url: `http://${HOST}:${discoveryPort}/`, refresh_interval: '1s' }];
  return stringify({
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    scrape_configs: [{ job_name: 'healer', http_sd_configs }],
  });
}

/** The adapter listens on this machine, so the Service that leads to it is a name. */
function registration(port: number): KubernetesObject[] {
  const [name, namespace] = ['prometheus-adapter', 'default'];
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace } };
  const group = { group: API, version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100 };
  const spec = { ...group, insecureSkipTLSVerify: true, service: { name, namespace, port } };
  return [
    { ...service, spec: { type: 'ExternalName', externalName: 'localhost' } } as KubernetesObject,
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `v1beta1.${API}` },
      spec,
    } as KubernetesObject,
  ];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
