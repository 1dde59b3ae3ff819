import { METRICS } from '../../healer/src/names.ts';
import { FaultyProxy, type PassedRequest } from '../../test/real-cluster/faulty-proxy.ts';
import type { HealerProcess } from '../../test/real-cluster/healer-process.ts';
import type { CrowdCluster } from './crowd-cluster.ts';
import { WatchFrames } from './watch-frames.ts';

/** A healer behind a proxy that notes when a frame of a watch went out and when a request came in. */
export class WatchedHealer implements AsyncDisposable {
  readonly #proxy: FaultyProxy;
  readonly #healer: HealerProcess;
  readonly #frames: WatchFrames;
  readonly #evictions = new Map<string, number>();
  readonly #offsetMs = Date.now() - performance.now();

  private constructor(proxy: FaultyProxy, healer: HealerProcess, frames: WatchFrames) {
    this.#proxy = proxy;
    this.#healer = healer;
    this.#frames = frames;
    proxy.treat = (request) => {
      this.#note(request);
      return 'pass';
    };
  }

  static async start(cluster: CrowdCluster, name: string, settings: Record<string, string>): Promise<WatchedHealer> {
    const { server } = cluster;
    const proxy = new FaultyProxy({ upstream: server.url, tls: { cert: server.certificate, key: server.key } });
    const frames = new WatchFrames();
    proxy.watched = (request, piece) => frames.take(request, piece);
    const url = await proxy.start();
    try {
      return new WatchedHealer(proxy, await cluster.healer.start({ name, url, settings }), frames);
    } catch (error) {
      await proxy.stop();
      throw error;
    }
  }

  async shardsHeld(): Promise<number> {
    const lines = ((await this.#healer.get('/metrics'))?.text ?? '').split('\n');
    return lines.filter((line) => line.startsWith(`${METRICS.shardHeld}{`)).length;
  }

  actedOn(uid: string): boolean {
    return this.#decidedAtMs(uid) !== undefined && this.#evictions.has(uid);
  }

  /** From the frame that showed the pod crashing; undefined where this replica was not the one to act. */
  timesOf(uid: string): { decisionMs: number | undefined; actionMs: number | undefined } {
    const frame = this.#frames.crashed.get(uid);
    const decidedAtMs = this.#decidedAtMs(uid);
    const evictedMs = this.#evictions.get(uid);
    if (frame === undefined || decidedAtMs === undefined || evictedMs === undefined)
      return { decisionMs: undefined, actionMs: undefined };
    // Records have whole milliseconds: half of one is the error on average.
    return { decisionMs: Math.max(0, decidedAtMs - frame.wallMs), actionMs: evictedMs - frame.monotonicMs };
  }

  /** From the frame with the end of a pod to that with the first pod of the same app after it. */
  successionMs(uid: string, app: string): number | undefined {
    const goneMs = this.#frames.gone.get(uid);
    if (goneMs === undefined) return undefined;
    const successor = this.#frames.born.find(({ app: other, monotonicMs }) => other === app && monotonicMs >= goneMs);
    return successor === undefined ? undefined : successor.monotonicMs - goneMs;
  }

  /** How far the wall clock, which records use, has moved against the monotonic one. */
  clockDriftMs(): number {
    return Math.abs(Date.now() - performance.now() - this.#offsetMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#healer.kill();
    await this.#proxy.stop();
  }

  #note({ method, path, body }: PassedRequest): void {
    if (method !== 'POST' || !path.endsWith('/eviction')) return;
    const uid = Object(JSON.parse(body)).deleteOptions?.preconditions?.uid;
    this.#evictions.set(String(uid), performance.now());
  }

  #decidedAtMs(uid: string): number | undefined {
    for (const { record } of this.#healer.lines) {
      const { stage, target, decidedAtMs } = Object(record);
      if (stage === 'acted' && target?.uid === uid) return decidedAtMs;
    }
    return undefined;
  }
}
