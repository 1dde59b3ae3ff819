import type { Logger } from 'pino';
import { listenForAlerts } from './alerts/listen.ts';
import { prometheusAt } from './alerts/prometheus.ts';
import { systemClock } from './clock.ts';
import { readConfig, type SlackConfig } from './config/config.ts';
import { describeError, HealerError } from './errors.ts';
import { Healer } from './healer.ts';
import { KubeClient, loadKubeConfig } from './kube/client.ts';
import type { MessageChannel } from './notifications/channel.ts';
import { HelmCommand } from './releases/helm-command.ts';
import { createLog } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { portOf, serve } from './telemetry/server.ts';
import { NO_TRACES } from './telemetry/traces.ts';

const PROMETHEUS_TIMEOUT_MS = 900;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel, { app: 'healer', pod: config.podName });
  const metrics = createMetrics();
  const api = new KubeClient(loadKubeConfig(config.inCluster), (method, resource, code) =>
    metrics.apiCalls.inc({ method, resource, code }),
  );
  const query = prometheusAt(config.prometheusUrl, PROMETHEUS_TIMEOUT_MS);
  // Only who wants traces pays for the library.
  const traces = config.traces ? (await import('./telemetry/otlp.ts')).otlpTraces(config.podName) : NO_TRACES;
  const helm = config.helm === undefined ? undefined : new HelmCommand(config.helm);
  const channel = config.slack === undefined ? undefined : await slackChannel(config.slack, log);
  const healer = new Healer({ config, api, query, metrics, log, clock: systemClock, traces, helm, channel });
  const server = await serve(config.port, {
    dead: () => healer.dead(),
    unready: () => healer.unready(),
    metrics: async () => {
      healer.measure();
      return { body: await metrics.registry.metrics(), contentType: metrics.registry.contentType };
    },
  });
  const alertListener =
    config.alerts === undefined
      ? undefined
      : await listenForAlerts(config.alerts, healer, metrics, (trouble) => log.error(trouble));
  healer.start();
  log.info({ port: portOf(server), namespaces: config.allowedNamespaces }, 'watching');

  const stop = (signal: NodeJS.Signals): void => {
    log.info(`stopping on ${signal}`);
    healer
      .stop()
      .catch((error: unknown) => log.error(`did not stop cleanly: ${describeError(error)}`))
      .finally(() => {
        server.close();
        server.closeAllConnections();
        alertListener?.close();
        process.exitCode = 0;
        // Pooled connections to the API server would keep the process for a while.
        setTimeout(() => process.exit(), 100).unref();
      });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** Only who wants messages pays for the library. What is wrong with the webhook stops nobody from healing. */
async function slackChannel(slack: SlackConfig, log: Logger): Promise<MessageChannel> {
  const { SlackChannel } = await import('./notifications/slack.ts');
  const channel = new SlackChannel(slack);
  const problem = await channel.problem();
  if (problem !== undefined) log.warn(`people cannot be told yet: ${problem}`);
  return channel;
}

main().catch((error: unknown) => {
  const known = error instanceof HealerError;
  process.stderr.write(
    `${JSON.stringify({ level: 'fatal', msg: describeError(error), ...(known ? { code: error.code } : {}) })}\n`,
  );
  process.exit(1);
});
