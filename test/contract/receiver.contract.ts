import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MetricsError } from '../../src/errors.ts';
import type { Message } from '../../src/experiment/evidence/signals.ts';
import type { Receiver } from '../../src/ports/receiver.ts';

export interface OpenReceiver extends AsyncDisposable {
  readonly receiver: Receiver;
  /** One where nobody answers. */
  readonly gone: Receiver;
  /** Tells it something, as somebody would whose message it is. */
  tell(message: Omit<Message, 'atMs' | 'sequence'>): Promise<void>;
}

const OPENED = {
  channel: 'slack',
  transition: 'opened',
  incident: 'incident-1',
  about: { namespace: 'shop', name: 'shop-back', kind: 'Deployment' },
  text: 'shop-back is sick',
} as const;

/** What every `Receiver` must do: above all, never let a message, or its own absence, go unnoticed. */
export function receiverContract(name: string, open: () => Promise<OpenReceiver>): void {
  describe(`${name}, as a receiver of messages,`, () => {
    let opened: OpenReceiver;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened[Symbol.asyncDispose]());

    it('was there before it is asked, and says what time it is', async () => {
      const { startedAtMs, nowMs } = await opened.receiver.since(Date.now());
      expect(startedAtMs).toBeLessThanOrEqual(nowMs);
      expect(Number.isFinite(startedAtMs)).toBe(true);
    });

    it('knows nothing of the time before it started, and says so', async () => {
      const { startedAtMs } = await opened.receiver.since(Date.now());
      expect((await opened.receiver.since(startedAtMs - 1)).complete).toBe(false);
      expect((await opened.receiver.since(startedAtMs)).complete).toBe(true);
    });

    it('gives what was told since, counted without a gap, and word for word', async () => {
      const { startedAtMs, taken: before } = await opened.receiver.since(Date.now());
      await opened.tell(OPENED);
      await opened.tell({ ...OPENED, transition: 'resolved' });
      const { messages, nowMs, taken, startedAtMs: still } = await opened.receiver.since(startedAtMs);
      expect(still).toBe(startedAtMs);
      expect(taken).toBe(before + 2);
      const [first, second] = messages.slice(-2);
      expect(first).toMatchObject(OPENED);
      expect(second).toMatchObject({ ...OPENED, transition: 'resolved' });
      expect([first?.sequence, second?.sequence]).toEqual([taken - 1, taken]);
      expect(first?.atMs).toBeLessThanOrEqual(nowMs);
      expect((await opened.receiver.since(nowMs + 60_000)).messages).toEqual([]);
    });

    it('that does not answer is an error, never an empty list', async () => {
      await expect(opened.gone.since(0)).rejects.toThrow(MetricsError);
    });
  });
}
