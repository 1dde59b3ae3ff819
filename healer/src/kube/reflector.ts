import type { Clock } from '../clock.ts';
import { describeError } from '../errors.ts';
import { exponentialBackoff } from './backoff.ts';
import { toKubeError } from './kube-error.ts';
import type { ObjectStore } from './object-store.ts';
import { pause } from './pause.ts';

/** What every object of a watch carries. */
export interface WatchedObject {
  metadata?: { name?: string; namespace?: string; resourceVersion?: string };
}

export interface ListPage<K> {
  readonly items: readonly K[];
  readonly resourceVersion: string;
  readonly continueToken: string | undefined;
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** One kind of object on the API server. */
export interface WatchSource<K extends WatchedObject> {
  list(continueToken: string | undefined): Promise<ListPage<K>>;
  /** Resolves when the server ended the watch, rejects when it broke. */
  watch(
    from: { resourceVersion: string; timeoutSeconds: number },
    onEvent: (type: WatchEventType, object: K) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

export interface ReflectorOptions<K extends WatchedObject, T> {
  readonly name: string;
  readonly source: WatchSource<K>;
  readonly store: ObjectStore<T>;
  /** Keeps of an object what the healer needs; `previous` is the last projection of the same key. */
  readonly project: (object: K, previous: T | undefined) => T;
  readonly clock: Clock;
  /** The server ends a quiet watch after this long, which proves that it was alive. */
  readonly timeoutSeconds: number;
  readonly onTrouble: (message: string) => void;
  readonly backoffFirstMs?: number;
  readonly backoffCapMs?: number;
}

/**
 * Keeps a store equal to what the API server holds: list, then watch with bookmarks, resume after a break, list again
 * when the server no longer knows the version (410). `ageMs` tells how long ago the server last proved that it talks to us.
 */
export class Reflector<K extends WatchedObject, T> {
  readonly #options: ReflectorOptions<K, T>;
  #resourceVersion: string | undefined;
  #provenAtMs: number | undefined;
  #relists = 0;

  constructor(options: ReflectorOptions<K, T>) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Complete lists made so far; 0 means that the store is not filled yet. */
  get relists(): number {
    return this.#relists;
  }

  /** Milliseconds since the last list, event or orderly end of a watch; Infinity before the first list. */
  ageMs(): number {
    return this.#provenAtMs === undefined
      ? Number.POSITIVE_INFINITY
      : this.#options.clock.monotonicMs() - this.#provenAtMs;
  }

  /** Runs until the signal aborts; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { backoffFirstMs = 250, backoffCapMs = 10_000 } = this.#options;
    const backoff = exponentialBackoff(backoffFirstMs, backoffCapMs);
    while (!signal.aborted) {
      const outcome = await this.#attempt(signal);
      if (outcome.progressed) backoff.reset();
      else await pause(Math.max(backoff.next(), outcome.retryAfterMs ?? 0), signal);
    }
  }

  async #attempt(signal: AbortSignal): Promise<{ progressed: boolean; retryAfterMs?: number | undefined }> {
    try {
      const version = this.#resourceVersion ?? (await this.#relist(signal));
      return { progressed: version !== undefined && (await this.#watch(version, signal)) };
    } catch (error) {
      if (signal.aborted) return { progressed: false };
      const { status, retryAfterMs } = toKubeError(error, 'watch');
      if (status === 410) this.#resourceVersion = undefined;
      this.#options.onTrouble(`watch of ${this.name} broke: ${describeError(error)}`);
      return { progressed: false, retryAfterMs };
    }
  }

  async #relist(signal: AbortSignal): Promise<string | undefined> {
    const seen = new Set<string>();
    let continueToken: string | undefined;
    let version: string | undefined;
    do {
      const page = await this.#options.source.list(continueToken);
      if (signal.aborted) return undefined;
      for (const object of page.items) seen.add(this.#put(object));
      version = page.resourceVersion;
      continueToken = page.continueToken;
    } while (continueToken !== undefined);
    this.#options.store.keepOnly(seen);
    this.#resourceVersion = version;
    this.#relists += 1;
    this.#proveAlive();
    return version;
  }

  /** True when the watch carried on long enough or brought something, so that the next one may start at once. */
  async #watch(resourceVersion: string, signal: AbortSignal): Promise<boolean> {
    const startedAtMs = this.#options.clock.monotonicMs();
    const generation = new AbortController();
    let events = 0;
    let failure: unknown;
    const onEvent = (type: WatchEventType, object: K): void => {
      if (generation.signal.aborted) return;
      try {
        this.#apply(type, object);
        events += 1;
      } catch (error) {
        failure = error;
        generation.abort();
      }
    };
    try {
      const from = { resourceVersion, timeoutSeconds: this.#timeoutSeconds() };
      await this.#options.source.watch(from, onEvent, AbortSignal.any([signal, generation.signal]));
    } catch (error) {
      throw failure ?? error;
    } finally {
      generation.abort();
    }
    if (failure !== undefined) throw failure;
    this.#proveAlive();
    return events > 0 || this.#options.clock.monotonicMs() - startedAtMs >= 1000;
  }

  /** After a long silence a short watch: its orderly end is the quickest proof that the server talks to us again. */
  #timeoutSeconds(): number {
    const { timeoutSeconds } = this.#options;
    return this.ageMs() > timeoutSeconds * 1000 ? 1 : timeoutSeconds;
  }

  #apply(type: WatchEventType, object: K): void {
    if (type === 'ERROR') throw toKubeError(asWatchFailure(object), `watch of ${this.name}`);
    if (type === 'DELETED') this.#options.store.delete(keyOf(object));
    else if (type !== 'BOOKMARK') this.#put(object);
    this.#resourceVersion = object.metadata?.resourceVersion ?? this.#resourceVersion;
    this.#proveAlive();
  }

  #put(object: K): string {
    const key = keyOf(object);
    this.#options.store.set(key, this.#options.project(object, this.#options.store.get(key)));
    return key;
  }

  #proveAlive(): void {
    this.#provenAtMs = this.#options.clock.monotonicMs();
  }
}

function keyOf(object: WatchedObject): string {
  const { namespace, name = '' } = object.metadata ?? {};
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The ERROR event carries a Status instead of an object. */
function asWatchFailure(status: unknown): Error {
  const { code, message } = Object(status) as { code?: unknown; message?: unknown };
  return Object.assign(new Error(String(message ?? 'the server reported an error')), { statusCode: code });
}
