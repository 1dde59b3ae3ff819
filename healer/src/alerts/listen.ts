import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import type { AlertsConfig } from '../config/config.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';
import { portOf } from '../telemetry/server.ts';
import { serveAlerts } from './alert-server.ts';
import type { AlertStore } from './alert-store.ts';
import { followTlsFiles } from './tls-files.ts';

export interface AlertListener {
  readonly port: number;
  close(): void;
}

const LOOK_EVERY_MS = 5_000;

/**
 * Takes alerts as the settings say, with whatever token and certificate lie in their files at the time; rejects when a
 * file cannot be read or the port is taken.
 */
export async function listenForAlerts(
  { port, tokenFile, tls, lookEveryMs = LOOK_EVERY_MS }: AlertsConfig & { readonly lookEveryMs?: number },
  { alerts }: { readonly alerts: AlertStore },
  metrics: HealerMetrics,
  onTrouble: (message: string) => void,
): Promise<AlertListener> {
  const read = (file: string): Promise<string> => readFile(file, 'utf8');
  const pair = tls === undefined ? undefined : { cert: await read(tls.certFile), key: await read(tls.keyFile) };
  const token = async (): Promise<string> => (await read(tokenFile)).trim();
  const count = (outcome: string): void => metrics.alerts.inc({ outcome });
  const server = await serveAlerts({ port, token, tls: pair, store: alerts, count });
  const secure = 'setSecureContext' in server ? (server as Server) : undefined;
  const unfollow =
    tls === undefined || secure === undefined
      ? undefined
      : followTlsFiles(tls, lookEveryMs, (now) => secure.setSecureContext(now), onTrouble);
  return {
    port: portOf(server),
    close: () => {
      unfollow?.();
      server.close();
      server.closeAllConnections();
    },
  };
}
