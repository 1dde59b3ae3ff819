import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestAuthority } from '../fixtures/certificates.ts';
import { HEALER_CHART } from '../real-cluster/render-chart.ts';
import { HOME, type PlainClusterDriver, SHOP } from './plain-cluster.ts';

const TOKEN = 'alerts-token';
const CERTIFICATE = 'alerts-certificate';
const peer = (app: string) => [
  {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': SHOP } },
    podSelector: { matchLabels: { app } },
  },
];

/** The chart with every port that it has, and a NetworkPolicy that names all who may use them. */
export class FencedRelease {
  readonly #cluster: PlainClusterDriver;

  constructor(cluster: PlainClusterDriver) {
    this.#cluster = cluster;
  }

  /** Without the policy at first. */
  async install(): Promise<void> {
    await this.#makeSecrets();
    const networkPolicy = {
      enabled: false,
      apiServer: { cidrs: [`${await this.#apiServer()}/32`] },
      metricsFrom: peer('prometheus'),
      alertsFrom: peer('alertmanager'),
      prometheusTo: peer('prometheus'),
    };
    const alerts = { enabled: true, tokenSecretName: TOKEN, certSecretName: CERTIFICATE };
    const values = { namespaces: [SHOP], image: { pullPolicy: 'Never' }, alerts, networkPolicy };
    const set = Object.entries(values).flatMap(([name, value]) => ['--set-json', `${name}=${JSON.stringify(value)}`]);
    await this.#helm('install', ...set);
  }

  async fence(isOn: boolean): Promise<void> {
    await this.#helm('upgrade', '--reuse-values', '--set', `networkPolicy.enabled=${isOn}`);
  }

  async #helm(verb: string, ...args: readonly string[]): Promise<void> {
    const { exitCode, output } = await this.#cluster.helm(verb, 'healer', HEALER_CHART, ...args);
    if (exitCode !== 0) throw new Error(output);
  }

  /** Where the Service `kubernetes` leads to: on one node, that node. */
  async #apiServer(): Promise<string> {
    const { items } = await this.#cluster.core.listNode();
    const addresses = items[0]?.status?.addresses ?? [];
    const internal = addresses.find(({ type }) => type === 'InternalIP');
    if (internal === undefined) throw new Error('the node has no address');
    return internal.address;
  }

  async #makeSecrets(): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'healproof-fenced-'));
    const { cert, key } = new TestAuthority(folder).issue('healer');
    await rm(folder, { recursive: true });
    const secrets = [
      { metadata: { name: TOKEN }, stringData: { token: 'of-these-tests' } },
      {
        metadata: { name: CERTIFICATE },
        type: 'kubernetes.io/tls',
        stringData: { 'tls.crt': cert, 'tls.key': key },
      },
    ];
    for (const body of secrets) await this.#cluster.core.createNamespacedSecret({ namespace: HOME, body });
  }
}
