import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkQueue } from './work-queue.ts';

/** Handlers that end when the test says so. */
class Handlers {
  readonly started: string[] = [];
  readonly #ends: { key: string; resolve: () => void; reject: (error: Error) => void }[] = [];

  readonly handle = (key: string): Promise<void> => {
    this.started.push(key);
    return new Promise((resolve, reject) => this.#ends.push({ key, resolve, reject }));
  };

  async end(key: string, error?: Error): Promise<void> {
    const index = this.#ends.findIndex((each) => each.key === key);
    const [end] = this.#ends.splice(index, 1);
    if (error === undefined) end?.resolve();
    else end?.reject(error);
    await vi.advanceTimersByTimeAsync(0);
  }
}

function queue(concurrency = 2): { queue: WorkQueue; handlers: Handlers; errors: unknown[] } {
  const handlers = new Handlers();
  const errors: unknown[] = [];
  const onError = (_key: string, error: unknown): number => errors.push(error);
  return { queue: new WorkQueue(handlers.handle, { concurrency, onError, retryFirstMs: 100 }), handlers, errors };
}

describe('the work queue', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('holds a waiting key once and handles it once', async () => {
    const { queue: q, handlers } = queue(1);
    for (const key of ['a', 'b', 'b', 'b']) q.add(key);
    await vi.advanceTimersByTimeAsync(0);
    expect(handlers.started).toEqual(['a']);
    expect(q.depth).toBe(2);
    await handlers.end('a');
    await handlers.end('b');
    expect(handlers.started).toEqual(['a', 'b']);
    expect(q.depth).toBe(0);
  });

  it('never handles one key twice at once, and handles it again when it was added meanwhile', async () => {
    const { queue: q, handlers } = queue();
    q.add('a');
    await vi.advanceTimersByTimeAsync(0);
    q.add('a');
    q.add('b');
    await vi.advanceTimersByTimeAsync(0);
    expect(handlers.started).toEqual(['a', 'b']);
    await handlers.end('a');
    expect(handlers.started).toEqual(['a', 'b', 'a']);
  });

  it('lets a handler add its own key', async () => {
    const seen: string[] = [];
    const q = new WorkQueue(
      async (key) => {
        seen.push(key);
        if (seen.length === 1) q.add(key);
      },
      { concurrency: 4, onError: () => undefined },
    );
    q.add('a');
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual(['a', 'a']);
  });

  it('of several delays for one key keeps the shortest', async () => {
    const { queue: q, handlers } = queue();
    q.addAfter('a', 5_000);
    q.addAfter('a', 1_000);
    q.addAfter('a', 9_000);
    await vi.advanceTimersByTimeAsync(999);
    expect(handlers.started).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await handlers.end('a');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(handlers.started).toEqual(['a']);
  });

  it('tries a failed key again, later each time, and from the start after a success', async () => {
    const { queue: q, handlers, errors } = queue();
    q.add('a');
    await vi.advanceTimersByTimeAsync(0);
    await handlers.end('a', new Error('once'));
    expect(errors).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(49);
    expect(handlers.started).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(51);
    expect(handlers.started).toHaveLength(2);
    await handlers.end('a', new Error('twice'));
    await vi.advanceTimersByTimeAsync(99);
    expect(handlers.started).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(101);
    expect(handlers.started).toHaveLength(3);
    await handlers.end('a');
    q.add('a');
    await vi.advanceTimersByTimeAsync(0);
    await handlers.end('a', new Error('anew'));
    await vi.advanceTimersByTimeAsync(100);
    expect(handlers.started).toHaveLength(5);
  });

  it('stops after the handlers that run, and takes nothing more', async () => {
    const { queue: q, handlers } = queue(1);
    q.add('a');
    q.add('b');
    q.addAfter('c', 10);
    await vi.advanceTimersByTimeAsync(0);
    const stopped = q.stop();
    q.add('d');
    await handlers.end('a');
    await stopped;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(handlers.started).toEqual(['a']);
  });
});
