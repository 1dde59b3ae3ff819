import type { Logger } from 'pino';
import type { InstantQuery } from '../alerts/prometheus.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Remedy } from '../incidents/remedy.ts';
import type { KubeClient } from '../kube/client.ts';
import type { MessageChannel } from '../notifications/channel.ts';
import type { HelmCommand } from '../releases/helm-command.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';
import type { Traces } from '../telemetry/traces.ts';

/** What a replica of the healer is given from outside. */
export interface HealerParts {
  readonly config: Config;
  readonly api: KubeClient;
  readonly query: InstantQuery;
  readonly metrics: HealerMetrics;
  readonly log: Logger;
  readonly clock: Clock;
  /** Without it nothing is traced. */
  readonly traces?: Traces;
  /** Beside those for pods and rollouts. */
  readonly remedies?: readonly Remedy[];
  /** Without it nobody is told of incidents. */
  readonly channel?: MessageChannel | undefined;
  /** Without it Helm releases are left alone. */
  readonly helm?: Pick<HelmCommand, 'rollback' | 'uninstall'> | undefined;
}
