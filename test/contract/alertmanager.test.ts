import type { ChildProcess } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { serveAlerts } from '../../healer/src/alerts/alert-server.ts';
import type { ReceivedAlert } from '../../healer/src/alerts/payload.ts';
import { Receiver } from '../../lab/receiver/src/receiver.ts';
import { serveReceiver } from '../../lab/receiver/src/receiver-server.ts';
import { issueCertificate } from '../../src/adapters/openssl/certificate.ts';
import { run } from '../../src/adapters/process/command.ts';
import { HttpReceiver } from '../../src/adapters/receiver/http-receiver.ts';
import { systemClock } from '../../src/adapters/system-clock/system-clock.ts';
import { type Look, waitUntil } from '../../src/runner/waiting/wait-until.ts';
import { spawnBound } from '../fixtures/bound-process.ts';

const parts = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'healproof', 'airgap', 'parts');
const [program] = globSync(join(parts, 'alertmanager-*/bin/alertmanager'));
if (program === undefined)
  process.stderr.write('skipped: Alertmanager was not built yet: the image build puts it into the cache folder\n');

const HOST = 'healer-alerts.healproof-system.svc';
const TOKEN = 'a token';
const CONFIG = new URL('../../lab/deploy/alertmanager/30-config.yaml', import.meta.url);
const port = (server: Server): number => (server.address() as AddressInfo).port;

/** The lab's configuration with the addresses of this machine in place of the cluster's. */
async function localConfig(dir: string, healer: number, receiver: number): Promise<string> {
  const { data } = parse(await readFile(CONFIG, 'utf8')) as { data: Record<string, string> };
  const text = (data['alertmanager.yml'] ?? '')
    .replace(`https://${HOST}:9443`, `https://127.0.0.1:${healer}`)
    .replace('http://receiver.healproof-receiver.svc:8080', `http://127.0.0.1:${receiver}`)
    .replaceAll('/etc/healer/', `${dir}/`)
    .replace(/^( *)ca_file: .*$/m, `$&\n$1server_name: ${HOST}`);
  await writeFile(join(dir, 'alertmanager.yml'), text);
  return text;
}

describe.skipIf(program === undefined)('Alertmanager, set up as in the lab,', () => {
  const heard: (ReceivedAlert & { connection: number })[] = [];
  let dir: string;
  let healer: Server;
  let receiver: Server;
  let alertmanager: ChildProcess;
  let api: string;
  let connections = 0;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'healproof-alertmanager-'));
    const { authority, certificate: cert, key } = await issueCertificate(run, HOST);
    await writeFile(join(dir, 'token'), TOKEN);
    await writeFile(join(dir, 'ca.crt'), authority);
    const receive = (alert: ReceivedAlert): 'taken' => {
      heard.push({ ...alert, connection: connections });
      return 'taken';
    };
    const token = async (): Promise<string> => TOKEN;
    healer = await serveAlerts({ port: 0, token, tls: { cert, key }, store: { receive }, count: () => undefined });
    healer.on('secureConnection', () => (connections += 1));
    receiver = await serveReceiver(0, new Receiver(Date.now));
    await localConfig(dir, port(healer), port(receiver));
    const probe = await serveReceiver(0, new Receiver(Date.now));
    const own = port(probe);
    probe.close();
    api = `http://127.0.0.1:${own}/api/v2/alerts`;
    const args = [`--config.file=${dir}/alertmanager.yml`, `--storage.path=${dir}/data`, '--cluster.listen-address='];
    alertmanager = spawnBound(program ?? '', [...args, `--web.listen-address=127.0.0.1:${own}`], { stdio: 'ignore' });
    await until('Alertmanager to answer', async () => (await fetch(api).catch(() => null))?.ok === true);
  }, 60_000);

  afterAll(async () => {
    alertmanager?.kill('SIGKILL');
    for (const server of [healer, receiver]) {
      server?.closeAllConnections();
      server?.close();
    }
    await rm(dir, { recursive: true, force: true });
  });

  // One time for both words of it: an alert that ends before it starts is refused.
  const startsAt = new Date().toISOString();
  const post = async (endsAt?: string): Promise<void> => {
    const labels = { alertname: 'ReplicaFailing', namespace: 'shop', replica: '10.0.0.1' };
    const alert = { labels, startsAt, ...(endsAt === undefined ? {} : { endsAt }) };
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(api, { method: 'POST', headers, body: JSON.stringify([alert]) });
    expect(status).toBe(200);
  };

  it('tells the healer again and again over TLS with the token, each time over a new connection', async () => {
    await post();
    await until('four words of it', async () => heard.length >= 4);
    expect(heard[0]).toMatchObject({ name: 'ReplicaFailing', labels: { replica: '10.0.0.1' }, resolved: false });
    expect(new Set(heard.map(({ connection }) => connection)).size).toBe(heard.length);
  });

  it('tells people once that it fires, and once that it is over', async () => {
    await post(new Date().toISOString());
    await until('the end of it', async () => heard.some(({ resolved }) => resolved));
    const reader = new HttpReceiver(`http://127.0.0.1:${port(receiver)}`);
    const told = async () => (await reader.since((await reader.since(Date.now())).startedAtMs)).messages;
    await until('both words', async () => (await told()).length >= 2);
    expect((await told()).map(({ channel, transition, about }) => [channel, transition, about.namespace])).toEqual([
      ['alertmanager', 'firing', 'shop'],
      ['alertmanager', 'resolved', 'shop'],
    ]);
  });
});

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const look = async (): Promise<Look<null>> =>
    (await isSo()) ? { done: true, value: null } : { done: false, seen: 'not yet' };
  const { signal } = new AbortController();
  await waitUntil(look, { clock: systemClock, what, timeoutMs: 40_000, everyMs: 100, signal });
}
