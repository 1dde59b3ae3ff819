import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, globSync, openSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { spawnBound } from '../fixtures/bound-process.ts';

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 45_000;
const STOP_TIMEOUT_MS = 5_000;

export interface ControlPlanePrograms {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
}

/** Why a suite that needs a real API server cannot run; undefined when it can. */
export type Missing = string;

/** The programs that the image build made from source, the newest of each; a sentence when there are none. */
export function findPrograms(env = process.env): ControlPlanePrograms | Missing {
  const parts = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'healproof', 'airgap', 'parts');
  const newest = (pattern: string): string | undefined =>
    globSync(join(parts, pattern)).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  const etcd = newest('etcd-*/bin/etcd');
  const apiServer = newest('kubernetes-*/bin/kube-apiserver');
  const controllerManager = newest('kubernetes-*/bin/kube-controller-manager');
  if (etcd === undefined || apiServer === undefined || controllerManager === undefined) {
    return 'etcd and kube-apiserver were not built yet: the image build puts them into the cache folder';
  }
  return { etcd, apiServer, controllerManager };
}

/** Tokens of the accounts that tests use: one that may do everything, and the healer's own service account. */
const ACCOUNTS = [
  { token: 'admin-token', user: 'admin', groups: 'system:masters' },
  {
    token: 'healer-token',
    user: 'system:serviceaccount:healproof-system:healer',
    groups: 'system:serviceaccounts,system:serviceaccounts:healproof-system,system:authenticated',
  },
] as const;
export type AccountToken = (typeof ACCOUNTS)[number]['token'];

/** kube-apiserver and etcd as processes of this machine: no kubelet, no scheduler, controllers only where asked for. */
export class ApiServer {
  readonly port: number;
  /** Certificate and key of the server, for a proxy that poses as it. */
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly folder: string;
  readonly #programs: ControlPlanePrograms;
  readonly #etcd: ChildProcess;
  readonly #etcdPort: number;
  readonly #controllers: ChildProcess[] = [];
  readonly #more: readonly string[];
  #server: ChildProcess;

  private constructor(parts: {
    programs: ControlPlanePrograms;
    folder: string;
    port: number;
    etcdPort: number;
    etcd: ChildProcess;
    server: ChildProcess;
    more: readonly string[];
  }) {
    const { folder } = parts;
    this.port = parts.port;
    this.folder = folder;
    this.#programs = parts.programs;
    this.#etcd = parts.etcd;
    this.#etcdPort = parts.etcdPort;
    this.#more = parts.more;
    this.#server = parts.server;
    this.certificate = readFileSync(join(folder, 'apiserver.crt'));
    this.key = readFileSync(join(folder, 'apiserver.key'));
  }

  /** Resolves once the server says that it is ready; leaves nothing behind when it does not get there. */
  static async start(programs: ControlPlanePrograms, more: readonly string[] = []): Promise<ApiServer> {
    const folder = await mkdtemp(join(tmpdir(), 'healproof-api-'));
    const processes: ChildProcess[] = [];
    try {
      const [etcdPort, peerPort, port] = await Promise.all([freePort(), freePort(), freePort()]);
      await writeSecrets(folder);
      const etcd = launch(folder, programs.etcd, etcdFlags(folder, etcdPort, peerPort));
      processes.push(etcd);
      const server = launch(folder, programs.apiServer, [...apiServerFlags(folder, port, etcdPort), ...more]);
      processes.push(server);
      await ready(port, processes, folder);
      return new ApiServer({ programs, folder, port, etcdPort, etcd, server, more });
    } catch (error) {
      await end(processes.reverse());
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get url(): string {
    return `https://${HOST}:${this.port}`;
  }

  kubeConfig(token: AccountToken = 'admin-token', url = this.url): KubeConfig {
    const config = new KubeConfig();
    const caData = this.certificate.toString('base64');
    config.loadFromClusterAndUser({ name: 'api', server: url, caData, skipTLSVerify: false }, { name: token, token });
    return config;
  }

  /** Writes a kubeconfig for a child process and returns its path. */
  async kubeConfigFile(name: string, token: AccountToken, url = this.url): Promise<string> {
    const path = join(this.folder, `${name}.kubeconfig`);
    await writeFile(path, this.kubeConfig(token, url).exportConfig(), { mode: 0o600 });
    return path;
  }

  /** Ends the server and starts it anew on the same data: it then knows no version of before. */
  async restart(): Promise<void> {
    await end([this.#server]);
    const flags = [...apiServerFlags(this.folder, this.port, this.#etcdPort), ...this.#more];
    this.#server = launch(this.folder, this.#programs.apiServer, flags);
    await ready(this.port, [this.#etcd, this.#server], this.folder);
  }

  /** Starts Kubernetes' own controllers, e.g. those of Deployments and ReplicaSets. */
  async startControllers(controllers: readonly string[], more: readonly string[] = []): Promise<void> {
    const kubeconfig = await this.kubeConfigFile('controllers', 'admin-token');
    const port = await freePort();
    this.#controllers.push(
      launch(this.folder, this.#programs.controllerManager, [
        `--kubeconfig=${kubeconfig}`,
        `--controllers=${controllers.join(',')}`,
        '--leader-elect=false',
        `--bind-address=${HOST}`,
        `--secure-port=${port}`,
        `--cert-dir=${join(this.folder, 'controllers')}`,
        ...more,
      ]),
    );
  }

  async stop(): Promise<void> {
    // The API server before its etcd, or it waits for an answer.
    await end([...this.#controllers, this.#server, this.#etcd]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function writeSecrets(folder: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(join(folder, 'accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const lines = ACCOUNTS.map(({ token, user, groups }) => `${token},${user},${user},"${groups}"`);
  await writeFile(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

function etcdFlags(folder: string, clientPort: number, peerPort: number): string[] {
  const client = `http://${HOST}:${clientPort}`;
  const peer = `http://${HOST}:${peerPort}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=error',
  ];
}

function apiServerFlags(folder: string, port: number, etcdPort: number): string[] {
  const key = join(folder, 'accounts.key');
  return [
    `--etcd-servers=http://${HOST}:${etcdPort}`,
    `--bind-address=${HOST}`,
    `--secure-port=${port}`,
    `--cert-dir=${folder}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-cluster-ip-range=10.255.0.0/24',
    // Pods of tests have no service account to be bound to, and nobody prepares priorities.
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
    '--enable-garbage-collector=true',
  ];
}

function launch(folder: string, program: string, flags: readonly string[]): ChildProcess {
  const log = openSync(join(folder, `${program.split('/').at(-1)}.log`), 'a');
  try {
    return spawnBound(program, flags, { stdio: ['ignore', log, log], cwd: folder });
  } finally {
    closeSync(log);
  }
}

async function ready(port: number, processes: readonly ChildProcess[], folder: string): Promise<void> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (await answersReady(port)) return;
    const dead = processes.find(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
    if (dead === undefined && performance.now() < deadlineMs) await briefly();
    else throw new Error(`the API server did not start: ${await lastLines(folder)}`);
  }
}

function answersReady(port: number): Promise<boolean> {
  const headers = { authorization: `Bearer ${ACCOUNTS[0].token}` };
  return new Promise((resolve) => {
    // The certificate is only made while the server starts.
    const asked = request({ host: HOST, port, path: '/readyz', rejectUnauthorized: false, headers, timeout: 1_000 });
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

async function lastLines(folder: string): Promise<string> {
  const logs = await Promise.all(globSync(join(folder, '*.log')).map((path) => readFile(path, 'utf8')));
  return logs.map((text) => text.trim().split('\n').slice(-5).join('\n')).join('\n');
}

async function end(processes: readonly ChildProcess[]): Promise<void> {
  for (const child of processes) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const last = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(last);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = Object(server.address()) as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function briefly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}
