import { AppsV1Api, CoreV1Api, type KubeConfig, type V1Pod } from '@kubernetes/client-node';

const BEAT_MS = 100;

/**
 * Says about pods what a kubelet would say, by their image: `good*` runs and is Ready, `slow*` gets Ready only after
 * `slowMs`, everything else crashes. Deletes pods that are being deleted.
 */
export class PretendKubelet {
  slowMs = 3_000;
  readonly #core: CoreV1Api;
  readonly #apps: AppsV1Api;
  readonly #said = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;
  #busy = false;

  constructor(config: KubeConfig) {
    this.#core = config.makeApiClient(CoreV1Api);
    this.#apps = config.makeApiClient(AppsV1Api);
    this.#timer = setInterval(() => void this.#beat(), BEAT_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get apps(): AppsV1Api {
    return this.#apps;
  }

  async #beat(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const { items } = await this.#core.listPodForAllNamespaces();
    await Promise.allSettled(items.map((pod) => this.#tend(pod)));
    this.#busy = false;
  }

  async #tend(pod: V1Pod): Promise<void> {
    const { name = '', namespace = '', uid = '', deletionTimestamp, creationTimestamp } = pod.metadata ?? {};
    if (deletionTimestamp !== undefined) {
      await this.#core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 });
      return;
    }
    const image = pod.spec?.containers[0]?.image ?? '';
    const age = Date.now() - new Date(creationTimestamp ?? 0).getTime();
    const ready = image.startsWith('good') || (image.startsWith('slow') && age > this.slowMs);
    const state = ready ? 'ready' : image.startsWith('slow') ? 'starting' : 'crashing';
    if (this.#said.get(uid) === state) return;
    await this.#core.replaceNamespacedPodStatus({ name, namespace, body: { ...pod, status: statusOf(state) } });
    this.#said.set(uid, state);
  }
}

function statusOf(state: string): NonNullable<V1Pod['status']> {
  const now = new Date();
  const base = { name: 'a', image: 'a', imageID: 'a', ready: state === 'ready' };
  const crashed = { waiting: { reason: 'CrashLoopBackOff' } };
  const running = { running: { startedAt: now } };
  return {
    phase: 'Running',
    startTime: now,
    conditions: [{ type: 'Ready', status: state === 'ready' ? 'True' : 'False', lastTransitionTime: now }],
    containerStatuses: [
      {
        ...base,
        restartCount: state === 'crashing' ? 3 : 0,
        state: state === 'crashing' ? crashed : running,
      },
    ],
  };
}
