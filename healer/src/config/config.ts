import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import { HEALER, TRANSITIONS, type Transition } from '../names.ts';
import { Duration, parseDurationMs } from '../policy/duration.ts';
import type { Bucket } from '../policy/token-bucket.ts';

const duration = (fallback: string) => z.string().default(fallback).pipe(Duration);

/** `20/10m`: so many actions at once, and so many again over that time. */
const budget = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context): Bucket => {
      const [, actions, per = ''] = /^(\d{1,4})\/(\w+)$/.exec(text) ?? [];
      const perMs = parseDurationMs(per);
      if (Number(actions) > 0 && perMs !== undefined) return { actions: Number(actions), perMs };
      context.addIssue({ code: 'custom', message: `expected a budget such as 20/10m, got ${JSON.stringify(text)}` });
      return z.NEVER;
    });

/** Names of transitions, separated by commas. */
const transitions = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(TRANSITIONS)));

const Environment = z.object({
  PROMETHEUS_URL: z.url({ protocol: /^https?$/ }),
  /** Namespaces the healer may act in, separated by commas. */
  HEALER_NAMESPACES: z.string().transform((text) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
  POD_NAMESPACE: z.string().min(1).default(HEALER.namespace),
  POD_NAME: z.string().min(1).default(HEALER.name),
  HEALER_PORT: z.coerce.number().int().min(0).max(65_535).default(HEALER.port),
  HEALER_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  HEALER_EVALUATION_INTERVAL: duration('1s'),
  HEALER_DATA_STALE_AFTER: duration('3s'),
  HEALER_WATCH_TIMEOUT: duration('10s'),
  HEALER_WATCH_STALE_AFTER: duration('20s'),
  HEALER_BUDGET: budget('20/10m'),
  HEALER_NAMESPACE_BUDGET: budget('10/10m'),
  HEALER_STORM_PODS: z.coerce.number().int().min(0).max(100_000).default(30),
  HEALER_STORM_CALM: duration('2m'),
  HEALER_KEEP_REMEDIATIONS: duration('24h'),
  HEALER_MOST_REMEDIATIONS: z.coerce.number().int().min(1).max(10_000).default(500),
  HEALER_ALERTS_PORT: z.coerce.number().int().min(0).max(65_535).default(9443),
  /** Without it no alerts are taken. */
  HEALER_ALERTS_TOKEN_FILE: z.string().min(1).optional(),
  HEALER_ALERTS_CERT_FILE: z.string().min(1).optional(),
  HEALER_ALERTS_KEY_FILE: z.string().min(1).optional(),
  HEALER_ALERTS_FORGET_AFTER: duration('10m'),
  HEALER_ALERTS_OLD_AFTER: duration('1h'),
  /** File with the address of an incoming webhook; without it nobody is told anything. */
  HEALER_SLACK_WEBHOOK_FILE: z.string().min(1).optional(),
  HEALER_SLACK_TRANSITIONS: transitions('opened,acted,escalated,resolved,gave-up'),
  /** Most messages; what is more goes into a summary. */
  HEALER_SLACK_RATE: budget('20/1m'),
  HEALER_SLACK_TIMEOUT: duration('5s'),
  /** Where an incident is shown, with `{incident}`, `{namespace}` and `{name}` in it. */
  HEALER_SLACK_LINK: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
  HEALER_LEASE_DURATION: duration('9s'),
  HEALER_LEASE_RENEW_DEADLINE: duration('6s'),
  HEALER_LEASE_RETRY_PERIOD: duration('1500ms'),
  /** Number of shards; replicas with another number do not act beside these. */
  HEALER_SHARDS: z.coerce.number().int().min(1).max(64).default(8),
  /** The helm program; without it releases are left alone. */
  HEALER_HELM: z.string().min(1).optional(),
  HEALER_HELM_TIMEOUT: duration('60s'),
  /** Folder that helm may write to. */
  HEALER_HELM_HOME: z.string().min(1).default('/tmp'),
  /** How long a revision must be rolled out completely before it counts as one to go back to. */
  HEALER_GOOD_AFTER: duration('30s'),
  KUBERNETES_SERVICE_HOST: z.string().optional(),
});

/** Longest request that can still be under way when the lease runs out, in milliseconds. */
const REQUEST_TIMEOUT_MS = 2_000;

export interface AlertsConfig {
  readonly port: number;
  readonly tokenFile: string;
  /** Undefined for plain HTTP. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
}

export interface SlackConfig {
  /** The address in it is a secret; it is read for each message, so that a new one holds at once. */
  readonly webhookFile: string;
  readonly transitions: readonly Transition[];
  readonly rate: Bucket;
  readonly timeoutMs: number;
  readonly link: string | undefined;
}

/** The healer's settings, read once at start. Times are milliseconds. */
export interface Config {
  readonly prometheusUrl: string;
  readonly allowedNamespaces: readonly string[];
  readonly ownNamespace: string;
  readonly podName: string;
  readonly port: number;
  readonly logLevel: string;
  readonly evaluationIntervalMs: number;
  readonly dataStaleAfterMs: number;
  readonly watchTimeoutSeconds: number;
  readonly watchStaleAfterMs: number;
  readonly lease: { readonly leaseMs: number; readonly renewDeadlineMs: number; readonly retryMs: number };
  /** Most actions of all policies together, and in one namespace. */
  readonly buckets: { readonly cluster: Bucket; readonly namespace: Bucket };
  /** Sick pods from which on it is a storm (0: never), and how long it must be calm for it to be over. */
  readonly storm: { readonly targets: number; readonly calmMs: number };
  /** How long Remediations that have ended are kept, and how many. */
  readonly remediations: { readonly keepMs: number; readonly most: number };
  /** Undefined when no alerts are taken. */
  readonly alerts: AlertsConfig | undefined;
  readonly alertAges: { readonly forgetAfterMs: number; readonly oldAfterMs: number };
  /** Undefined when nobody is told anything. */
  readonly slack?: SlackConfig | undefined;
  /** Whether somebody wants traces. */
  readonly traces: boolean;
  readonly shards: number;
  readonly inCluster: boolean;
  readonly goodAfterMs: number;
  /** Undefined when releases are left alone. */
  readonly helm?: { readonly program: string; readonly timeoutMs: number; readonly home: string } | undefined;
}

/** Reads the environment; throws a ConfigError that names every wrong variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`wrong environment: ${problems.join('; ')}`);
  }
  const env = parsed.data;
  const lease = {
    leaseMs: env.HEALER_LEASE_DURATION,
    renewDeadlineMs: env.HEALER_LEASE_RENEW_DEADLINE,
    retryMs: env.HEALER_LEASE_RETRY_PERIOD,
  };
  if (lease.renewDeadlineMs + REQUEST_TIMEOUT_MS >= lease.leaseMs) {
    throw new ConfigError(
      `HEALER_LEASE_DURATION must exceed HEALER_LEASE_RENEW_DEADLINE by over ${REQUEST_TIMEOUT_MS} ms`,
    );
  }
  return {
    prometheusUrl: env.PROMETHEUS_URL,
    allowedNamespaces: env.HEALER_NAMESPACES,
    ownNamespace: env.POD_NAMESPACE,
    podName: env.POD_NAME,
    port: env.HEALER_PORT,
    logLevel: env.HEALER_LOG_LEVEL,
    evaluationIntervalMs: env.HEALER_EVALUATION_INTERVAL,
    dataStaleAfterMs: env.HEALER_DATA_STALE_AFTER,
    watchTimeoutSeconds: Math.ceil(env.HEALER_WATCH_TIMEOUT / 1000),
    watchStaleAfterMs: env.HEALER_WATCH_STALE_AFTER,
    lease,
    buckets: { cluster: env.HEALER_BUDGET, namespace: env.HEALER_NAMESPACE_BUDGET },
    storm: { targets: env.HEALER_STORM_PODS, calmMs: env.HEALER_STORM_CALM },
    remediations: { keepMs: env.HEALER_KEEP_REMEDIATIONS, most: env.HEALER_MOST_REMEDIATIONS },
    alerts: alertsOf(env),
    alertAges: { forgetAfterMs: env.HEALER_ALERTS_FORGET_AFTER, oldAfterMs: env.HEALER_ALERTS_OLD_AFTER },
    slack: slackOf(env),
    traces: (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '') !== '',
    shards: env.HEALER_SHARDS,
    goodAfterMs: env.HEALER_GOOD_AFTER,
    inCluster: env.KUBERNETES_SERVICE_HOST !== undefined,
    helm:
      env.HEALER_HELM === undefined
        ? undefined
        : { program: env.HEALER_HELM, timeoutMs: env.HEALER_HELM_TIMEOUT, home: env.HEALER_HELM_HOME },
  };
}

function slackOf(env: z.infer<typeof Environment>): SlackConfig | undefined {
  if (env.HEALER_SLACK_WEBHOOK_FILE === undefined) return undefined;
  return {
    webhookFile: env.HEALER_SLACK_WEBHOOK_FILE,
    transitions: env.HEALER_SLACK_TRANSITIONS,
    rate: env.HEALER_SLACK_RATE,
    timeoutMs: env.HEALER_SLACK_TIMEOUT,
    link: env.HEALER_SLACK_LINK,
  };
}

function alertsOf(env: z.infer<typeof Environment>): AlertsConfig | undefined {
  const {
    HEALER_ALERTS_TOKEN_FILE: tokenFile,
    HEALER_ALERTS_CERT_FILE: certFile,
    HEALER_ALERTS_KEY_FILE: keyFile,
  } = env;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new ConfigError('HEALER_ALERTS_CERT_FILE and HEALER_ALERTS_KEY_FILE go together');
  }
  if (tokenFile === undefined) return undefined;
  const tls = certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile };
  return { port: env.HEALER_ALERTS_PORT, tokenFile, tls };
}
