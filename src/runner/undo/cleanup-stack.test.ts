import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { CleanupStack } from './cleanup-stack.ts';

const never = (): Promise<void> => new Promise(() => undefined);

describe('the clean-up stack', () => {
  it('undoes the last change first', async () => {
    const done: string[] = [];
    const stack = new CleanupStack(new FakeClock());
    for (const what of ['first', 'second'])
      stack.push({ what, timeoutMs: 1_000, undo: async () => void done.push(what) });
    expect(await stack.unwind(() => undefined)).toEqual([]);
    expect(done).toEqual(['second', 'first']);
  });

  it('goes on after a step that fails and reports it', async () => {
    const done: string[] = [];
    const stack = new CleanupStack(new FakeClock());
    stack.push({ what: 'first', timeoutMs: 1_000, undo: async () => void done.push('first') });
    stack.push({ what: 'second', timeoutMs: 1_000, undo: () => Promise.reject(new Error('broken')) });
    expect(await stack.unwind(() => undefined)).toEqual(['second: broken']);
    expect(done).toEqual(['first']);
  });

  it('gives up on a step that hangs after its own deadline', async () => {
    const stack = new CleanupStack(new FakeClock());
    stack.push({ what: 'stuck', timeoutMs: 5_000, undo: never });
    const [failure] = await stack.unwind(() => undefined);
    expect(failure).toMatch(/stuck: gave up waiting for stuck after 5\.0 s/);
  });

  it('has nothing left to do the second time', async () => {
    const done: string[] = [];
    const stack = new CleanupStack(new FakeClock());
    stack.push({ what: 'once', timeoutMs: 1_000, undo: async () => void done.push('once') });
    await stack.unwind(() => undefined);
    await stack.unwind(() => undefined);
    expect(done).toEqual(['once']);
  });
});
