import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { within } from './deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('work that ends in time is waited for, and leaves no timer behind', async () => {
  await expect(within(1_000, Promise.resolve('done'))).resolves.toBe('done');
  await expect(within(1_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(vi.getTimerCount()).toBe(0);
});

it('work that never ends is left behind', async () => {
  const left = expect(within(1_000, new Promise(() => undefined))).rejects.toThrow('still going after 1.0 s');
  await vi.advanceTimersByTimeAsync(1_000);
  await left;
});
