import type { PassedRequest } from '../../test/real-cluster/faulty-proxy.ts';

const PODS = '/api/v1/pods';

interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** When the frames of the watch of pods were passed on, by what they say. */
export class WatchFrames {
  /** The first frame that shows a pod in its back-off, by UID. */
  readonly crashed = new Map<string, Moment>();
  /** The frame of the end of a pod, by UID; monotonic milliseconds. */
  readonly gone = new Map<string, number>();
  readonly born: { readonly app: string; readonly monotonicMs: number }[] = [];
  /** By watch: one that is cut off leaves half a line behind. */
  readonly #rests = new WeakMap<PassedRequest, string>();

  /** A piece of a watch; the last line of it may go on in the next one. */
  take(request: PassedRequest, piece: Buffer): void {
    if (request.path !== PODS) return;
    const moment = { monotonicMs: performance.now(), wallMs: Date.now() };
    const lines = `${this.#rests.get(request) ?? ''}${piece.toString()}`.split('\n');
    this.#rests.set(request, lines.pop() ?? '');
    for (const line of lines) this.#note(line, moment);
  }

  #note(line: string, moment: Moment): void {
    if (line === '') return;
    const { type, object } = JSON.parse(line) as { type: string; object: { metadata?: Record<string, unknown> } };
    const { uid = '', labels } = Object(object.metadata) as { uid?: string; labels?: { app?: string } };
    if (type === 'DELETED') this.gone.set(uid, moment.monotonicMs);
    if (type === 'ADDED') this.born.push({ app: labels?.app ?? '', monotonicMs: moment.monotonicMs });
    if (line.includes('"CrashLoopBackOff"') && !this.crashed.has(uid)) this.crashed.set(uid, moment);
  }
}
