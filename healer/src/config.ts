import { z } from 'zod';
import { ConfigError } from './errors.ts';
import { HEALER } from './names.ts';
import { Duration } from './policy/duration.ts';

const duration = (fallback: string) => z.string().default(fallback).pipe(Duration);

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
  HEALER_PROVEN_AFTER: duration('30s'),
  KUBERNETES_SERVICE_HOST: z.string().optional(),
});

/** Longest request that can still be under way when the lease runs out, in milliseconds. */
const REQUEST_TIMEOUT_MS = 2_000;

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
  readonly shards: number;
  readonly inCluster: boolean;
  readonly provenAfterMs: number;
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
    shards: env.HEALER_SHARDS,
    provenAfterMs: env.HEALER_PROVEN_AFTER,
    inCluster: env.KUBERNETES_SERVICE_HOST !== undefined,
    helm:
      env.HEALER_HELM === undefined
        ? undefined
        : { program: env.HEALER_HELM, timeoutMs: env.HEALER_HELM_TIMEOUT, home: env.HEALER_HELM_HOME },
  };
}
