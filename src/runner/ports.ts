import type { AlertRules } from '../ports/alert-rules.ts';
import type { Clock } from '../ports/clock.ts';
import type { FaultInjector } from '../ports/fault-injector.ts';
import type { HttpSource } from '../ports/http-source.ts';
import type { ImageRecord } from '../ports/images.ts';
import type { Kube } from '../ports/kube.ts';
import type { MetricsSource } from '../ports/metrics-source.ts';
import type { NodeCommands } from '../ports/node-commands.ts';
import type { NodeMachines } from '../ports/node-machines.ts';
import type { NodeShell } from '../ports/node-shell.ts';
import type { Receiver } from '../ports/receiver.ts';
import type { Releases } from '../ports/releases.ts';
import type { AuditSource, RemediationLog } from '../ports/remediation-log.ts';
import type { Witnesses } from '../ports/witness.ts';
import type { Workloads } from '../ports/workloads.ts';
import type { AnalysePromql } from '../scenario/promql/analysis.ts';

/** Everything that a run needs from the world. */
export interface RunnerPorts {
  readonly clock: Clock;
  readonly kube: Kube;
  readonly metrics: MetricsSource;
  readonly analysePromql: AnalysePromql;
  readonly alertRules: AlertRules;
  /** Null where nobody takes messages. */
  readonly receiver: Receiver | null;
  readonly http: HttpSource;
  readonly injector: FaultInjector;
  readonly witnesses: Witnesses;
  readonly nodes: NodeShell;
  readonly machines: NodeMachines;
  readonly commands: NodeCommands;
  readonly releases: Releases;
  readonly remediation: RemediationLog;
  readonly audit: AuditSource;
  readonly workloads: Workloads;
  readonly images: readonly ImageRecord[];
  readonly version: string;
}
