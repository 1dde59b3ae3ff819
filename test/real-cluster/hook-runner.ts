import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiException, BatchV1Api, CoreV1Api, type V1PodSpec } from '@kubernetes/client-node';
import type { ApiServer } from './api-server.ts';

export interface HookEnd {
  readonly exitCode: number;
  readonly output: string;
}

/** The kubelet for what the chart's hooks run: their programs as processes of this machine, under their own accounts. */
export class HookRunner {
  readonly #server: ApiServer;
  readonly #core: CoreV1Api;
  readonly #batch: BatchV1Api;
  readonly #namespace: string;

  constructor(server: ApiServer, namespace: string) {
    this.#server = server;
    this.#namespace = namespace;
    this.#core = server.kubeConfig().makeApiClient(CoreV1Api);
    this.#batch = server.kubeConfig().makeApiClient(BatchV1Api);
  }

  /** Runs a pod that has just been made, and says how it ended; `over` takes the place of variables. */
  async runPod(name: string, over: Readonly<Record<string, string>>): Promise<HookEnd> {
    const namespace = this.#namespace;
    const pod = await this.#appears(() => this.#core.readNamespacedPod({ name, namespace }));
    const end = await this.#run(pod.spec, over);
    const status = { phase: end.exitCode === 0 ? 'Succeeded' : 'Failed' };
    await this.#core.replaceNamespacedPodStatus({ name, namespace, body: { ...pod, status } });
    return end;
  }

  /** Runs a job that has just been made, and says that it is complete when it is. */
  async runJob(name: string): Promise<HookEnd> {
    const namespace = this.#namespace;
    const job = await this.#appears(() => this.#batch.readNamespacedJob({ name, namespace }));
    const startTime = new Date();
    const end = await this.#run(job.spec?.template.spec, {});
    const met = ['SuccessCriteriaMet', 'Complete'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: startTime,
    }));
    const status = { startTime, completionTime: new Date(), succeeded: 1, conditions: met };
    if (end.exitCode === 0) await this.#batch.replaceNamespacedJobStatus({ name, namespace, body: { ...job, status } });
    return end;
  }

  /** Takes the pod of an earlier run away, so that the next one is not mistaken for it. */
  async forget(name: string): Promise<void> {
    await this.#core.deleteNamespacedPod({ name, namespace: this.#namespace }).catch(ignoreMissing);
  }

  async #run(spec: V1PodSpec | undefined, over: Readonly<Record<string, string>>): Promise<HookEnd> {
    const container = spec?.containers[0];
    const given = (container?.env ?? []).map(({ name, value = '' }) => [name, value]);
    const env = {
      ...Object.fromEntries(given),
      TOKEN_FILE: await this.#tokenOf(spec?.serviceAccountName ?? ''),
      NODE_EXTRA_CA_CERTS: join(this.#server.folder, 'apiserver.crt'),
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(this.#server.port),
      ...over,
    };
    const [, ...flags] = container?.command ?? [];
    return new Promise((resolve) => {
      execFile(process.execPath, [...flags, ...(container?.args ?? [])], { env }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), output: stdout + stderr });
      });
    });
  }

  /** A real token of the account, as Kubernetes mounts it. */
  async #tokenOf(account: string): Promise<string> {
    const namespace = this.#namespace;
    const body = { spec: { audiences: [], expirationSeconds: 600 } };
    const { status } = await this.#core.createNamespacedServiceAccountToken({ name: account, namespace, body });
    const file = join(this.#server.folder, `${account}.token`);
    await writeFile(file, status?.token ?? '', { mode: 0o600 });
    return file;
  }

  async #appears<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      const found = await read().catch(ignoreMissing);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof ApiException && error.code === 404)) throw error;
}
