import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../healer/src/notifications/channel.ts';
import { SlackChannel } from '../../healer/src/notifications/slack.ts';
import { FakeChannel } from '../../healer/test/fakes/fake-channel.ts';
import { PLANTED, SlackReceiver } from '../real-cluster/slack-receiver.ts';
import { message, messageChannelContract } from './message-channel.contract.ts';

messageChannelContract('the webhook of Slack', async () => {
  const receiver = await SlackReceiver.start();
  return {
    channel: new SlackChannel({ webhookFile: receiver.webhookFile, timeoutMs: 5_000 }),
    order: (answer, retryAfterSeconds = 0) =>
      // What is never taken is refused by itself: it is too long.
      answer === 'refuse' ? Promise.resolve() : receiver.behave({ answer, retryAfterSeconds }),
    told: () => receiver.told(),
    [Symbol.asyncDispose]: () => receiver.stop(),
  };
});

messageChannelContract('the fake channel', async () => {
  const channel = new FakeChannel();
  const orders: Record<string, (seconds: number | undefined) => Delivery> = {
    'too-many-requests': (seconds = 0) => ({ kind: 'failed', reason: '429', retryAfterMs: seconds * 1_000 }),
    error: () => ({ kind: 'failed', reason: '500', retryAfterMs: undefined }),
    refuse: () => ({ kind: 'refused', reason: 'no_text' }),
  };
  return {
    channel,
    order: async (answer, seconds) => {
      const order = orders[answer];
      if (order !== undefined) channel.order(order(seconds));
    },
    told: async () => channel.told(),
    [Symbol.asyncDispose]: async () => undefined,
  };
});

describe('the webhook of Slack', () => {
  let receiver: SlackReceiver;
  let channel: SlackChannel;

  beforeEach(async () => {
    receiver = await SlackReceiver.start();
    channel = new SlackChannel({ webhookFile: receiver.webhookFile, timeoutMs: 300 });
  });
  afterEach(() => receiver.stop());

  it('ends an attempt that nobody answers', async () => {
    await receiver.behave({ answer: 'hang' });
    expect(await channel.send(message('opened'))).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/timeout/),
    });
  });

  it('uses the address that is in the file now', async () => {
    await receiver.point('http://127.0.0.1:9/slack');
    expect((await channel.send(message('opened'))).kind).toBe('failed');
    await receiver.point(receiver.address);
    expect((await channel.send(message('opened'))).kind).toBe('accepted');
  });

  it.each([
    ['nobody listens there', `http://127.0.0.1:9/services/${PLANTED}`],
    ['it is not there', `http://127.0.0.1:0/services/${PLANTED}`],
    ['it is no address', `ftp ${PLANTED}`],
    ['it is another kind of address', `file:///${PLANTED}`],
    ['it is half an address', `https://${PLANTED}:port/`],
  ])('says nothing of the address when %s', async (_title, address) => {
    await receiver.point(address);
    const delivery = await channel.send(message('opened'));
    expect(delivery).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/\w/) });
    expect(JSON.stringify(delivery)).not.toContain(PLANTED);
    expect(await channel.problem()).not.toEqual(expect.stringContaining(PLANTED));
  });

  it.each([
    ['an answer repeats it', 404, 'Slack answered 404 no such hook: [webhook]'],
    ['any answer is no yes', 200, 'it answered with something else than ok'],
  ])('says nothing of the address when %s', async (_title, status, reason) => {
    const server = createServer(({ url }, response) => response.writeHead(status).end(`no such hook: ${url}`)).listen(
      0,
    );
    await once(server, 'listening');
    await receiver.point(`http://127.0.0.1:${(server.address() as AddressInfo).port}/services/${PLANTED}`);
    const delivery = await channel.send(message('opened'));
    server.closeAllConnections();
    server.close();
    expect(delivery).toEqual({ kind: 'failed', reason, retryAfterMs: undefined });
  });

  it('waits for a file that is not there yet', async () => {
    await rm(receiver.webhookFile);
    expect(await channel.problem()).toMatch(/cannot be read/);
    expect(await channel.send(message('opened'))).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/cannot be read/),
    });
    await receiver.point(receiver.address);
    expect(await channel.problem()).toBeUndefined();
  });

  it('brings the facts over, so that nobody has to read prose', async () => {
    await channel.send(message('opened'));
    expect(await receiver.messages()).toMatchObject([
      {
        channel: 'slack',
        transition: 'opened',
        incident: 'abc123',
        about: { namespace: 'shop', name: 'back-1', kind: 'Pod' },
        text: 'it is opened',
      },
    ]);
  });
});
