import { describe, expect, it } from 'vitest';
import type { ChannelMessage, MessageChannel } from '../../healer/src/notifications/channel.ts';

export interface ChannelUnderTest extends AsyncDisposable {
  readonly channel: MessageChannel;
  /** How the other side treats the next messages. */
  order(answer: 'too-many-requests' | 'error' | 'refuse', retryAfterSeconds?: number): Promise<void>;
  /** What the other side took, in order: `incident transition`. */
  told(): Promise<string[]>;
}

export const message = (transition: string, text = `it is ${transition}`): ChannelMessage => ({
  text,
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }],
  facts: { incident: 'abc123', transition, namespace: 'shop', name: 'back-1', kind: 'Pod' },
});

/** What every `MessageChannel` must do. */
export function messageChannelContract(name: string, open: () => Promise<ChannelUnderTest>): void {
  describe(`${name}, as a channel of messages,`, () => {
    it('brings messages over in order', async () => {
      await using it = await open();
      expect(await it.channel.send(message('opened'))).toEqual({ kind: 'accepted' });
      expect(await it.channel.send(message('acted'))).toEqual({ kind: 'accepted' });
      expect(await it.told()).toEqual(['abc123 opened', 'abc123 acted']);
    });

    it('says how long it is asked to wait, and takes the message later', async () => {
      await using it = await open();
      await it.order('too-many-requests', 7);
      expect(await it.channel.send(message('opened'))).toMatchObject({ kind: 'failed', retryAfterMs: 7_000 });
      expect(await it.told()).toEqual([]);
      expect(await it.channel.send(message('opened'))).toEqual({ kind: 'accepted' });
      expect(await it.told()).toEqual(['abc123 opened']);
    });

    it('says that it may be tried again when the other side is in trouble', async () => {
      await using it = await open();
      await it.order('error');
      expect(await it.channel.send(message('opened'))).toMatchObject({ kind: 'failed', retryAfterMs: undefined });
    });

    it('tells a message that is never taken from a bad moment', async () => {
      await using it = await open();
      await it.order('refuse');
      expect(await it.channel.send(message('opened', 'x'.repeat(50_000)))).toMatchObject({ kind: 'refused' });
      expect(await it.told()).toEqual([]);
    });
  });
}
