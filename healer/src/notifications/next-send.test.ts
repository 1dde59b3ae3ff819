import { describe, expect, it } from 'vitest';
import { notice, record } from '../../test/fakes/notices.ts';
import { NOW_MS } from '../../test/fakes/samples.ts';
import { nextSend, stillCounting } from './next-send.ts';

const RATE = { actions: 3, perMs: 30_000 };
const waiting = (count: number) =>
  Array.from({ length: count }, (_, index) => notice({ record: record({ incident: `i${index}` }) }));

describe('what is sent next', () => {
  it.each([
    ['nothing when nothing is waiting', 0, 0, 'nothing'],
    ['the first one while there is room for more', 5, 0, 'message'],
    ['the only one, also when there is room for no more', 1, 2, 'message'],
    ['all that are waiting in one, when there is room for no more', 5, 2, 'summary'],
    ['nothing yet when there is no room', 1, 3, 'wait'],
  ])('is %s', (_title, count, sent, kind) => {
    const sentAtMs = Array.from({ length: sent }, () => NOW_MS);
    expect(nextSend(waiting(count), RATE, sentAtMs, NOW_MS).kind).toBe(kind);
  });

  it('waits until there is room', () => {
    const sentAtMs = [NOW_MS - 4_000, NOW_MS - 4_000, NOW_MS - 4_000];
    expect(nextSend(waiting(1), RATE, sentAtMs, NOW_MS)).toEqual({ kind: 'wait', waitMs: 6_000 });
  });

  it('does not count what was sent long ago', () => {
    expect(stillCounting([NOW_MS - 60_000, NOW_MS - 59_000], RATE, NOW_MS)).toEqual([NOW_MS - 59_000]);
  });
});
