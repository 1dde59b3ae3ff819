import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AlertsConfig } from '../config.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';
import type { AlertBook } from './alert-book.ts';
import { serveAlerts } from './alert-server.ts';

/** Takes alerts as the settings say; rejects when a file cannot be read or the port is taken. */
export async function listenForAlerts(
  { port, tokenFile, tls }: AlertsConfig,
  { alerts }: { readonly alerts: AlertBook },
  metrics: HealerMetrics,
): Promise<Server> {
  const read = (file: string): Promise<string> => readFile(file, 'utf8');
  const pair = tls === undefined ? undefined : { cert: await read(tls.certFile), key: await read(tls.keyFile) };
  const token = async (): Promise<string> => (await read(tokenFile)).trim();
  return serveAlerts({ port, token, tls: pair, book: alerts, count: (outcome) => metrics.alerts.inc({ outcome }) });
}
