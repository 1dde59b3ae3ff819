import { describe, expect, it } from 'vitest';
import type { NewMessage } from './message.ts';
import { MessageRing } from './message-ring.ts';

const STARTED_MS = 1_000;

function told(text: string): NewMessage {
  return { channel: 'slack', transition: 'opened', incident: 'i', about: {}, text };
}

function ringOf(capacity: number, ...timesMs: number[]): MessageRing {
  const ring = new MessageRing(capacity, STARTED_MS);
  for (const atMs of timesMs) ring.add(told(`at ${atMs}`), atMs);
  return ring;
}

describe('the ring of messages', () => {
  it('gives what came at or after a time, in order and counted', () => {
    const { taken, complete, messages } = ringOf(5, 1_001, 1_002, 1_003).since(1_002);
    expect([taken, complete]).toEqual([3, true]);
    expect(messages).toEqual([
      { ...told('at 1002'), receivedAtMs: 1_002, sequence: 2 },
      { ...told('at 1003'), receivedAtMs: 1_003, sequence: 3 },
    ]);
  });

  it.each([
    ['nothing was dropped', 3, 1_001, true],
    ['what was dropped came before', 2, 1_002, true],
    ['something was dropped since', 2, 1_001, false],
    ['it was not there yet', 3, 999, false],
  ])('says whether that is all of it when %s', (_title, capacity, sinceMs, complete) => {
    expect(ringOf(capacity, 1_001, 1_002, 1_003).since(sinceMs).complete).toBe(complete);
  });

  it('keeps the newest, no more than it may', () => {
    expect(
      ringOf(2, 1_001, 1_002, 1_003)
        .since(STARTED_MS)
        .messages.map(({ sequence }) => sequence),
    ).toEqual([2, 3]);
  });
});
