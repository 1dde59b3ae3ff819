import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Messages, Receiver } from './receiver.ts';
import { serveReceiver } from './receiver-server.ts';

const START_MS = 1_700_000_000_000;
const FACTS = { transition: 'acted', incident: 'abc', namespace: 'shop', name: 'back-1', kind: 'Pod' };
const SLACK = { text: 'EvictPod', metadata: { event_type: 'healproof_remediation', event_payload: FACTS } };

describe('the receiver', () => {
  let nowMs: number;
  let server: Server;

  beforeEach(async () => {
    nowMs = START_MS;
    server = await serveReceiver(0, new Receiver(() => nowMs, 3));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const at = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  function post(path: string, body: unknown, timeoutMs = 5_000): Promise<Response> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return fetch(at(path), { method: 'POST', body: text, signal: AbortSignal.timeout(timeoutMs) });
  }

  async function messages(query = ''): Promise<Messages> {
    return (await (await fetch(at(`/messages${query}`))).json()) as Messages;
  }

  it('answers as Slack does and keeps who was told what about whom when', async () => {
    nowMs += 5;
    const response = await post('/slack', SLACK);
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    nowMs += 5;
    expect(await messages(`?since=${START_MS}`)).toEqual({
      startedAtMs: START_MS,
      now: START_MS + 10,
      taken: 1,
      complete: true,
      messages: [
        {
          receivedAtMs: START_MS + 5,
          sequence: 1,
          channel: 'slack',
          transition: 'acted',
          incident: 'abc',
          about: { namespace: 'shop', name: 'back-1', kind: 'Pod' },
          text: 'EvictPod',
        },
      ],
    });
  });

  it.each([
    ['no JSON', '{', 'invalid_payload'],
    ['something else', [], 'invalid_payload'],
    ['no text', {}, 'no_text'],
  ])('refuses %s in the words of Slack, and keeps nothing of it', async (_title, body, word) => {
    const response = await post('/slack', body);
    expect([response.status, await response.text()]).toEqual([400, word]);
    expect((await messages()).messages).toEqual([]);
  });

  it('takes a message without anything to read by machine, and one that is a summary', async () => {
    await post('/slack', { text: 'hello' });
    await post('/slack', { blocks: [{ type: 'divider' }], metadata: { event_payload: { incident: 5 } } });
    const nobody = { transition: '', incident: '', about: { namespace: '', name: '', kind: '' } };
    expect((await messages()).messages).toMatchObject([nobody, nobody]);
  });

  it('takes each alert of an Alertmanager as a message', async () => {
    const alert = { status: 'firing', labels: { alertname: 'Sick', namespace: 'shop' }, fingerprint: 'f1' };
    const ended = { ...alert, status: 'resolved', annotations: { summary: 'it is well' } };
    expect((await post('/alertmanager', { version: '4', alerts: [alert, ended] })).status).toBe(200);
    const about = { alertname: 'Sick', namespace: 'shop' };
    expect((await messages()).messages).toMatchObject([
      { channel: 'alertmanager', transition: 'firing', incident: 'f1', about, text: 'Sick' },
      { channel: 'alertmanager', transition: 'resolved', incident: 'f1', about, text: 'it is well' },
    ]);
    expect((await post('/alertmanager', { version: '3', alerts: [] })).status).toBe(400);
  });

  it('says that it has lost messages once there were too many', async () => {
    for (let count = 0; count < 4; count += 1) await post('/slack', SLACK);
    const { taken, complete, messages: kept } = await messages();
    expect([taken, complete, kept.map(({ sequence }) => sequence)]).toEqual([4, false, [2, 3, 4]]);
  });

  it('says that it knows nothing of the time before it was there', async () => {
    expect((await messages(`?since=${START_MS - 1}`)).complete).toBe(false);
  });

  it('refuses a time that is none', async () => {
    for (const since of ['', 'yesterday', 'NaN'])
      expect((await fetch(at(`/messages?since=${since}`))).status).toBe(400);
  });

  it('turns senders away for as many requests as it is told to, and keeps nothing of those', async () => {
    await post('/behaviour', { answer: 'too-many-requests', retryAfterSeconds: 7, requests: 2 });
    for (let count = 0; count < 2; count += 1) {
      const response = await post('/slack', SLACK);
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    }
    expect((await post('/slack', SLACK)).status).toBe(200);
    expect((await messages()).messages).toHaveLength(1);
  });

  it('does so for as long as it is told to at most', async () => {
    await post('/behaviour', { answer: 'error', requests: 1_000, forMs: 50 });
    expect((await post('/slack', SLACK)).status).toBe(500);
    nowMs += 50;
    expect((await post('/slack', SLACK)).status).toBe(200);
    expect((await messages()).messages).toHaveLength(1);
  });

  it('leaves a sender without an answer when told to, and goes on with the others', async () => {
    await post('/behaviour', { answer: 'hang' });
    await expect(post('/slack', SLACK, 200)).rejects.toThrow();
    expect((await post('/slack', SLACK)).status).toBe(200);
    expect((await messages()).messages).toHaveLength(1);
  });

  it.each([
    ['unknown', { answer: 'sleep' }],
    ['without end', { answer: 'hang', requests: 1e9 }],
    ['for ever', { answer: 'hang', forMs: 1e9 }],
    ['misspelt', { answer: 'hang', forever: true }],
  ])('takes no order that is %s', async (_title, order) => {
    expect((await post('/behaviour', order)).status).toBe(400);
    expect((await post('/slack', SLACK)).status).toBe(200);
  });

  it('takes nothing huge, and nothing elsewhere', async () => {
    expect((await post('/slack', 'x'.repeat(1024 * 1024 + 1)).catch(() => ({ status: 413 }))).status).toBe(413);
    expect((await post('/other', SLACK)).status).toBe(404);
    expect((await fetch(at('/slack'))).status).toBe(404);
    expect(await (await fetch(at('/healthz'))).text()).toBe('ok');
    expect((await messages()).messages).toEqual([]);
  });
});
