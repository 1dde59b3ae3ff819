import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Receiver as LabReceiver } from '../../lab/receiver/src/receiver.ts';
import { serveReceiver as serveLabReceiver } from '../../lab/receiver/src/receiver-server.ts';
import { PrometheusRules } from '../../src/adapters/prometheus/prometheus-rules.ts';
import { HttpReceiver } from '../../src/adapters/receiver/http-receiver.ts';
import { FakeAlertRules } from '../fakes/fake-alert-rules.ts';
import { FakeReceiver } from '../fakes/fake-receiver.ts';
import { serveReceiver } from '../fixtures/receiver-server.ts';
import { alertRulesContract } from './alert-rules.contract.ts';
import { receiverContract } from './receiver.contract.ts';

const NOBODY = 'http://127.0.0.1:9';
const nothingToClose = async (): Promise<void> => undefined;

receiverContract('the fake receiver', async () => {
  const receiver = new FakeReceiver(Date.now);
  const gone = new FakeReceiver(Date.now);
  gone.isGone = true;
  return { receiver, gone, tell: async (message) => receiver.take(message), [Symbol.asyncDispose]: nothingToClose };
});

receiverContract('a receiver behind HTTP', async () => {
  const server = await serveReceiver();
  return {
    receiver: new HttpReceiver(`${server.url}/`),
    gone: new HttpReceiver(NOBODY),
    tell: async (message) => server.take(message),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
});

receiverContract('the receiver of the lab', async () => {
  const server = await serveLabReceiver(0, new LabReceiver(Date.now));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    receiver: new HttpReceiver(url),
    gone: new HttpReceiver(NOBODY),
    tell: async ({ transition, incident, about, text }) => {
      const metadata = { event_type: 'healproof_remediation', event_payload: { transition, incident, ...about } };
      await fetch(`${url}/slack`, { method: 'POST', body: JSON.stringify({ text, metadata }) });
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
});

alertRulesContract('the fake rules', async () => {
  const rules = new FakeAlertRules(Date.now).add('Known');
  const gone = new FakeAlertRules(Date.now);
  gone.isGone = true;
  return { rules, gone, known: 'Known', nowMs: Date.now, [Symbol.asyncDispose]: nothingToClose };
});

/** In the shape of the answer of Prometheus 3.7. */
function rulesAnswer(): object {
  const common = { labels: {}, health: 'ok', evaluationTime: 0.001, lastEvaluation: new Date().toISOString() };
  const alert = { ...common, type: 'alerting', name: 'Known', query: 'up == 0', duration: 2, keepFiringFor: 0 };
  const recording = { ...common, type: 'recording', name: 'job:up', query: 'sum(up)' };
  const rules = [{ ...alert, state: 'inactive', annotations: {}, alerts: [] }, recording];
  return {
    status: 'success',
    data: { groups: [{ name: 'shop', file: '/etc/rules.yaml', interval: 1, limit: 0, rules }] },
  };
}

alertRulesContract('rules behind HTTP', async () => {
  const server = createServer((_request, response) => response.end(JSON.stringify(rulesAnswer())));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    rules: new PrometheusRules(url),
    gone: new PrometheusRules(NOBODY),
    known: 'Known',
    nowMs: Date.now,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
});
