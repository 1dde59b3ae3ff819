import { exponentialBackoff } from './backoff.ts';

export interface WorkQueueOptions {
  readonly concurrency: number;
  /** Called with what a handler threw; the key is then tried again with growing delays. */
  readonly onError: (key: string, error: unknown) => void;
  readonly retryFirstMs?: number;
  readonly retryCapMs?: number;
}

/**
 * Keyed work queue: a key waiting is held once, one handler runs per key, and a key added while its handler runs is
 * handled again afterwards.
 */
export class WorkQueue {
  readonly #handle: (key: string) => Promise<void>;
  readonly #options: WorkQueueOptions;
  readonly #ready = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #later = new Map<string, { dueMs: number; timer: NodeJS.Timeout }>();
  readonly #failures = new Map<string, { next(): number }>();
  #stopped = false;

  constructor(handle: (key: string) => Promise<void>, options: WorkQueueOptions) {
    this.#handle = handle;
    this.#options = options;
  }

  /** Keys waiting or being handled now; delayed keys are not counted. */
  get depth(): number {
    return this.#ready.size + this.#running.size;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#ready.add(key);
    this.#pump();
  }

  /** Adds the key after a delay; of several delays for one key the shortest holds. */
  addAfter(key: string, delayMs: number): void {
    if (this.#stopped) return;
    const dueMs = performance.now() + Math.max(0, delayMs);
    const known = this.#later.get(key);
    if (known !== undefined && known.dueMs <= dueMs) return;
    clearTimeout(known?.timer);
    const timer = setTimeout(
      () => {
        this.#later.delete(key);
        this.add(key);
      },
      Math.max(0, delayMs),
    );
    this.#later.set(key, { dueMs, timer });
  }

  /** Takes no more work and waits for the handlers that run. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { timer } of this.#later.values()) clearTimeout(timer);
    this.#later.clear();
    this.#ready.clear();
    await Promise.all(this.#running.values());
  }

  #pump(): void {
    for (const key of this.#ready) {
      if (this.#running.size >= this.#options.concurrency) return;
      if (this.#running.has(key)) continue;
      this.#ready.delete(key);
      // Starts in the next microtask: a handler that adds its own key must already be seen as running.
      const started = Promise.resolve().then(() => this.#run(key));
      this.#running.set(key, started);
    }
  }

  async #run(key: string): Promise<void> {
    try {
      await this.#handle(key);
      this.#failures.delete(key);
    } catch (error) {
      this.#options.onError(key, error);
      this.addAfter(key, this.#retryDelay(key));
    } finally {
      this.#running.delete(key);
      if (!this.#stopped) this.#pump();
    }
  }

  #retryDelay(key: string): number {
    const { retryFirstMs = 100, retryCapMs = 30_000 } = this.#options;
    const backoff = this.#failures.get(key) ?? exponentialBackoff(retryFirstMs, retryCapMs);
    this.#failures.set(key, backoff);
    return backoff.next();
  }
}
