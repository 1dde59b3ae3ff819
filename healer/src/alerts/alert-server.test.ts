import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { portOf } from '../telemetry/server.ts';
import { MOST_BYTES, serveAlerts } from './alert-server.ts';
import type { ReceivedAlert } from './payload.ts';

const TOKEN = 'a token';
const body = {
  version: '4',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'Sick', pod: 'a' },
      annotations: {},
      startsAt: '2026-11-24T10:00:00.5Z',
      endsAt: '0001-01-01T00:00:00Z',
      fingerprint: 'abc',
    },
  ],
};

describe('the receiver of alerts', () => {
  let server: Server;
  let taken: ReceivedAlert[];
  let counted: string[];
  let token: string;

  beforeEach(async () => {
    taken = [];
    counted = [];
    token = TOKEN;
    const receive = (alert: ReceivedAlert): 'taken' => {
      taken.push(alert);
      return 'taken';
    };
    const count = (outcome: string): void => void counted.push(outcome);
    server = await serveAlerts({ port: 0, token: async () => token, tls: undefined, store: { receive }, count });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function post(text: string, authorization = `Bearer ${TOKEN}`, path = '/alerts'): Promise<Response> {
    const url = `http://127.0.0.1:${portOf(server)}${path}`;
    return fetch(url, { method: 'POST', body: text, headers: { authorization } });
  }

  it('takes what Alertmanager posts', async () => {
    expect((await post(JSON.stringify(body))).status).toBe(200);
    expect(taken).toEqual([
      {
        fingerprint: 'abc',
        name: 'Sick',
        labels: { alertname: 'Sick', pod: 'a' },
        resolved: false,
        startedAtMs: Date.parse('2026-11-24T10:00:00.5Z'),
      },
    ]);
    expect(counted).toEqual(['taken']);
  });

  it('lets go of the connection, so that the next word reaches another replica', async () => {
    expect((await post(JSON.stringify(body))).headers.get('connection')).toBe('close');
  });

  it.each(['Bearer another', 'Basic a token', TOKEN, ''])('turns away whoever says %j', async (authorization) => {
    expect((await post(JSON.stringify(body), authorization)).status).toBe(401);
    expect([taken, counted]).toEqual([[], ['unauthorized']]);
  });

  it('lets nobody in while the token file is empty', async () => {
    token = '';
    expect((await post(JSON.stringify(body), 'Bearer ')).status).toBe(401);
  });

  it('does not read a body of 10 MB', async () => {
    const sent = post('x'.repeat(10 * MOST_BYTES)).then(
      ({ status }) => status,
      () => 413,
    );
    expect(await sent).toBe(413);
    expect([taken, counted]).toEqual([[], ['too-large']]);
  });

  it.each([
    '',
    'nonsense',
    '{}',
    JSON.stringify({ ...body, version: '5' }),
    JSON.stringify({ version: '4', alerts: [{}] }),
  ])('explains what is wrong with %j', async (text) => {
    const response = await post(text);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringMatching(/no message of Alertmanager/),
    ]);
    expect([taken, counted]).toEqual([[], ['unreadable']]);
  });

  it('is nowhere else', async () => {
    expect((await post('{}', undefined, '/other')).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${portOf(server)}/alerts`)).status).toBe(405);
  });
});
