import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequest, type OutgoingHttpHeaders, request as plainRequest } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlertStore } from '../../healer/src/alerts/alert-store.ts';
import { type AlertListener, listenForAlerts } from '../../healer/src/alerts/listen.ts';
import { systemClock } from '../../healer/src/clock.ts';
import { METRICS } from '../../healer/src/names.ts';
import { createMetrics, type HealerMetrics } from '../../healer/src/telemetry/metrics.ts';
import { TestAuthority } from '../fixtures/certificates.ts';

const MIB = 1024 * 1024;
const startsAt = new Date(Date.now() - 60_000).toISOString();
const alert = (status: 'firing' | 'resolved', begun = startsAt) => ({
  status,
  labels: { alertname: 'Sick', pod: 'a' },
  startsAt: begun,
  fingerprint: 'abc',
});
const message = (...alerts: readonly object[]): string => JSON.stringify({ version: '4', alerts });

/** The receiver of alerts as the healer sets it up, with files as Kubernetes mounts them, and a TLS client that checks. */
describe('alerts over TLS', () => {
  let folder: string;
  let authority: TestAuthority;
  let listener: AlertListener;
  let alerts: AlertStore;
  let metrics: HealerMetrics;
  let troubles: string[];
  const file = (name: string): string => join(folder, name);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'healproof-alerts-'));
    authority = new TestAuthority(folder);
    offer('first');
    writeFileSync(file('token'), 'a token\n');
    alerts = new AlertStore({
      clock: systemClock,
      forgetAfterMs: 600_000,
      oldAfterMs: 3_600_000,
      onChange: () => undefined,
    });
    metrics = createMetrics();
    troubles = [];
    const tls = { certFile: file('tls.crt'), keyFile: file('tls.key') };
    const config = { port: 0, tokenFile: file('token'), tls, lookEveryMs: 50 };
    listener = await listenForAlerts(config, { alerts }, metrics, (trouble) => troubles.push(trouble));
  });
  afterEach(() => {
    listener.close();
    rmSync(folder, { recursive: true });
  });

  /** Puts a new certificate where the healer reads it. */
  function offer(name: string): void {
    const { certFile, keyFile } = authority.issue(name);
    copyFileSync(keyFile, file('tls.key'));
    copyFileSync(certFile, file('tls.crt'));
  }

  interface Answer {
    readonly status: number | undefined;
    readonly text: string;
  }

  function begin(headers: OutgoingHttpHeaders, agent: Agent): ClientRequest {
    return request({ host: '127.0.0.1', port: listener.port, path: '/alerts', method: 'POST', headers, agent });
  }

  function post(body: string, { token = 'a token', ca = authority.pair.cert } = {}): Promise<Answer> {
    const headers = { authorization: `Bearer ${token}`, 'content-length': Buffer.byteLength(body) };
    const agent = new Agent({ ca });
    return new Promise((resolve, reject) => {
      const asked = begin(headers, agent);
      asked.on('response', (response) => {
        let text = '';
        response.on('data', (piece) => (text += String(piece)));
        response.on('end', () => resolve({ status: response.statusCode, text }));
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** Goes on sending until it is answered; without a length in advance, unless one is claimed. */
  function pour(mostBytes: number, claimed?: number): Promise<{ status: number | undefined; sentBytes: number }> {
    const length = claimed === undefined ? {} : { 'content-length': claimed };
    const headers = { authorization: 'Bearer a token', ...length };
    const agent = new Agent({ ca: authority.pair.cert });
    return new Promise((resolve, reject) => {
      const asked = begin(headers, agent);
      let [sentBytes, answered] = [0, false];
      const more = (): void => {
        if (answered || sentBytes >= mostBytes) return;
        sentBytes += 65_536;
        asked.write(Buffer.alloc(65_536, 'x'), more);
      };
      asked.on('response', (response) => {
        answered = true;
        resolve({ status: response.statusCode, sentBytes });
        response.resume();
        asked.destroy();
      });
      asked.on('error', (error) => (answered ? undefined : reject(error)));
      asked.flushHeaders();
      more();
    });
  }

  async function counted(): Promise<Record<string, number>> {
    const values = (await metrics.registry.getSingleMetric(METRICS.alerts)?.get())?.values ?? [];
    return Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]));
  }

  /** Common name of the certificate that a new connection is shown. */
  function shown(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: listener.port, ca: authority.pair.cert });
      socket.on('secureConnect', () => {
        resolve(socket.getPeerCertificate().subject.CN);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  }

  it('takes what a client with the token posts, and counts it', async () => {
    expect(await post(message(alert('firing')))).toEqual({ status: 200, text: 'ok\n' });
    expect(alerts.named('Sick')).toHaveLength(1);
    expect(await counted()).toEqual({ taken: 1 });
  });

  it('is not spoken to by a client that trusts another authority', async () => {
    const { cert } = new TestAuthority(folder, 'another').pair;
    await expect(post(message(alert('firing')), { ca: cert })).rejects.toThrow(/certificate|unable to verify/);
    expect(alerts.named('Sick')).toEqual([]);
  });

  it('does not take anything in clear', async () => {
    const spoken = new Promise((resolve, reject) => {
      const headers = { authorization: 'Bearer a token' };
      const asked = plainRequest({ host: '127.0.0.1', port: listener.port, path: '/alerts', method: 'POST', headers });
      asked.on('response', resolve);
      asked.on('error', reject);
      asked.end(message(alert('firing')));
    });
    await expect(spoken).rejects.toThrow(/socket hang up|ECONNRESET|Parse Error/);
    expect(alerts.named('Sick')).toEqual([]);
  });

  it('turns a wrong token away', async () => {
    expect((await post(message(alert('firing')), { token: 'another' })).status).toBe(401);
    expect([alerts.named('Sick'), await counted()]).toEqual([[], { unauthorized: 1 }]);
  });

  it('answers 413 to a body of 10 MB before a byte of it has come', async () => {
    expect(await pour(0, 10 * MIB)).toEqual({ status: 413, sentBytes: 0 });
    expect(await counted()).toEqual({ 'too-large': 1 });
  });

  it('answers 413 to a body without end whose length nobody said', async () => {
    const { status, sentBytes } = await pour(64 * MIB);
    expect(status).toBe(413);
    expect(sentBytes).toBeLessThan(16 * MIB);
    expect(await counted()).toEqual({ 'too-large': 1 });
  });

  it('does not believe the same stretch of an alert again once it is over, and counts that', async () => {
    await post(message(alert('firing')));
    await post(message(alert('resolved')));
    expect((await post(message(alert('firing')))).status).toBe(200);
    expect([alerts.named('Sick'), await counted()]).toEqual([[], { taken: 2, replayed: 1 }]);
  });

  it('does not believe a first word about what began long ago, and counts that', async () => {
    await post(message(alert('firing', new Date(Date.now() - 2 * 3_600_000).toISOString())));
    expect([alerts.named('Sick'), await counted()]).toEqual([[], { old: 1 }]);
  });

  it('shows a new certificate soon after it lies there, without a restart', async () => {
    expect(await shown()).toBe('first');
    offer('second');
    await expect.poll(shown, { timeout: 10_000, interval: 50 }).toBe('second');
    expect(troubles).toEqual([]);
  });

  it('stays with the old certificate while the new pair does not fit, and says so', async () => {
    const { certFile } = authority.issue('second');
    copyFileSync(certFile, file('tls.crt'));
    await expect.poll(() => troubles, { timeout: 10_000 }).toEqual([expect.stringMatching(/tls\.crt.*stays/)]);
    expect(await shown()).toBe('first');
    copyFileSync(file('second.key'), file('tls.key'));
    await expect.poll(shown, { timeout: 10_000, interval: 50 }).toBe('second');
  });

  it('takes a new token at once, and the old one no longer', async () => {
    writeFileSync(file('token'), 'a new token\n');
    expect((await post(message(alert('firing')))).status).toBe(401);
    expect((await post(message(alert('firing')), { token: 'a new token' })).status).toBe(200);
  });
});
