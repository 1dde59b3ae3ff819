import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { bundle } from '../../lab/images/bundle.ts';
import { PROGRAM_ENVIRONMENT } from '../../lab/images/node-image.ts';
import type { ApiServer } from '../../test/real-cluster/api-server.ts';
import { HealerProcess } from '../../test/real-cluster/healer-process.ts';
import { until } from '../waiting.ts';

const ROOT = join(import.meta.dirname, '../..');
const CHART = join(ROOT, 'healer', 'chart');
const ENTRY = join(ROOT, 'healer', 'src', 'main.ts');
export const REPLICAS = ['healer-a', 'healer-b'] as const;
const READY_MS = 300_000;
const run = promisify(execFile);

export interface HealerStart {
  readonly name: string;
  /** Another way to the API server, e.g. a proxy. */
  readonly url?: string;
  /** Settings by the name of their variable, over those that the chart gives. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** The healer as it is shipped: one bundle, the environment of its image and of its chart, its own account and rights. */
export class ShippedHealer implements AsyncDisposable {
  readonly #folder: string;
  readonly #server: ApiServer;
  readonly #helm: string;
  readonly #container: Container;
  readonly #started: HealerProcess[] = [];

  private constructor(folder: string, server: ApiServer, helm: string, container: Container) {
    this.#folder = folder;
    this.#server = server;
    this.#helm = helm;
    this.#container = container;
  }

  /** Installs the chart, whose pods no node takes, and bundles the program. */
  static async install(server: ApiServer, helm: string, namespaces: readonly string[]): Promise<ShippedHealer> {
    const folder = await mkdtemp(join(tmpdir(), 'healproof-shipped-'));
    const kubeconfig = await server.kubeConfigFile('chart', 'admin-token');
    const values = ['--set-json', `namespaces=${JSON.stringify(namespaces)}`];
    const place = ['healer', CHART, '--namespace', 'healproof-system', ...values];
    const env = { PATH: process.env.PATH ?? '', HOME: folder, KUBECONFIG: kubeconfig };
    await run(helm, ['install', '--create-namespace', ...place], { env });
    const { stdout } = await run(helm, ['get', 'manifest', 'healer', '--namespace', 'healproof-system'], { env });
    await writeFile(join(folder, 'main.mjs'), await bundle(ENTRY));
    return new ShippedHealer(folder, server, helm, containerIn(stdout));
  }

  /** Starts a replica and waits until it sees the whole cluster. */
  async start({ name, url = this.#server.url, settings = {} }: HealerStart): Promise<HealerProcess> {
    const own = {
      KUBECONFIG: await this.#server.kubeConfigFile(name, 'healer-token', url),
      POD_NAME: name,
      POD_NAMESPACE: 'healproof-system',
      PROMETHEUS_URL: 'http://127.0.0.1:9',
      HEALER_HELM: this.#helm,
      HEALER_HELM_HOME: this.#folder,
    };
    const { flags, environment } = this.#container;
    const command = [...flags, join(this.#folder, 'main.mjs')];
    const healer = new HealerProcess({ ...PROGRAM_ENVIRONMENT, ...environment, ...own, ...settings }, command);
    this.#started.push(healer);
    try {
      await until(`${name} to be ready`, READY_MS, async () => (await healer.get('/readyz'))?.status === 200);
    } catch (error) {
      await healer.kill();
      throw new Error(`${name} did not get ready: ${healer.complaints}`, { cause: error });
    }
    return healer;
  }

  /** Two replicas, as many as are shipped; ended with the stack. */
  async startPair(stack: AsyncDisposableStack, settings: HealerStart['settings'] = {}): Promise<HealerProcess[]> {
    const healers: HealerProcess[] = [];
    for (const name of REPLICAS) {
      const healer = await this.start({ name, settings });
      stack.defer(() => healer.kill());
      healers.push(healer);
    }
    return healers;
  }

  /** Ends what still runs, too where a bench was stopped in the middle. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const healer of this.#started) await healer.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface Container {
  /** Of Node.js. */
  readonly flags: readonly string[];
  /** The variables with plain values. */
  readonly environment: Readonly<Record<string, string>>;
}

function containerIn(manifests: string): Container {
  const objects = parseAllDocuments(manifests).map((each) => Object(each.toJS()));
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  const { command, env } = deployment.spec.template.spec.containers[0] as {
    command: string[];
    env: { name: string; value?: string }[];
  };
  const plain = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]));
  return { flags: command.slice(1, -1), environment: Object.fromEntries(plain) };
}
